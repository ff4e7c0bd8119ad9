internal import Glibc
internal import Host

let words = Array(CommandLine.arguments.dropFirst())
exit(words.first == Isolation.argument ? PluginServer.serve() : CommandLineTool.run(words).rawValue)
