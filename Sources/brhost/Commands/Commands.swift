/// Every command, in the order that `brhost help` lists them.
package let commands = [
  trainCommand, compareCommand, reportCommand, evalCommand, benchCommand, pluginCommand, dataCommand,
  doctorCommand,
]
