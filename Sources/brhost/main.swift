internal import Glibc
internal import Host

let words = Array(CommandLine.arguments.dropFirst())
if words.first == Isolation.argument, PluginServer.serve() { exit(0) }
exit(CommandLineTool.run(words).rawValue)
