package tickwatch.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What every command has: two flags, an output and an error stream. */
@Command(addMethodSubcommands = false) // or picocli reads every method for annotations
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class Subcommand {
  @Spec private CommandSpec spec;

  /** Read by {@link Defaults} before all other flags. */
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A properties file with values for these options.")
  @Nullable Path config;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Say how to use this command.")
  boolean help;

  /** Where data go. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Where everything else goes. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** The flags that were given, as opposed to values that came from elsewhere. */
  final ParseResult flags() {
    return spec.commandLine().getParseResult();
  }
}
