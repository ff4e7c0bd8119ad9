# Builds x.so, a plugin around the strategy in x.py (or, with hyphens, x-y.so around x_y.py), which must lie
# beside it when it is used:
#
#     make -f plugins/python/python.mk x.so
#
# PYTHON: the interpreter whose library and packages it uses, such as that of a virtual environment.
# HEADER: the folder of brhost_plugin.h, by default that of the checkout or installation. The script is read when the plugin is opened, so build once.
PYTHON ?= python3
CFLAGS ?= -O2 -Wall -Wextra
python_strategy := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
HEADER ?= $(patsubst %/brhost_plugin.h,%,$(firstword $(wildcard \
  $(addprefix $(python_strategy)/,../../Sources/PluginABI/include/brhost_plugin.h ../../../include/brhost_plugin.h))))
python_sources := $(addprefix $(python_strategy)/,exports.c instance.c interpreter.c services.c)

%.so: $(python_sources) $(python_strategy)/python_strategy.h $(python_strategy)/prelude.py
	flags=$$($(PYTHON) $(python_strategy)/flags.py) && \
	$(CC) -std=gnu11 $(CFLAGS) -shared -fPIC -fvisibility=hidden -I$(HEADER) \
	  -DPRELUDE='"$(python_strategy)/prelude.py"' -o $@ $(python_sources) $$flags $(LDFLAGS)
