package dev.millrace.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line as a user meets it: arguments in, exit code and two streams out. */
record Bench(int exit, String out, String err) {

  static Bench run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        new CommandLine(new BenchCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exit = commandLine.execute(arguments);
    return new Bench(exit, out.toString(), err.toString());
  }

  /** As {@link #run}; of an option that comes twice, the last counts. */
  static Bench runWith(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    for (String argument : more) {
      int before = argument.startsWith("--") ? all.indexOf(argument) : -1;
      if (before >= 0) {
        all.subList(before, before + 2).clear();
      }
      all.add(argument);
    }
    return run(all.toArray(String[]::new));
  }

  JsonNode json() {
    return new JsonMapper().readTree(out);
  }
}
