print("brhost")
