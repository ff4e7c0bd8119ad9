internal import Glibc
internal import Host

ScarceMemory.restartIfNeeded()
let words = Array(CommandLine.arguments.dropFirst())
if words.first == Isolation.argument, PluginServer.serve() { exit(0) }
exit(CommandLineTool.run(words).rawValue)
