/// Every command, in the order that `brhost help` lists them.
package let commands = [
  trainCommand, evalCommand, reportCommand, benchCommand, pluginCommand, dataCommand, doctorCommand,
]
