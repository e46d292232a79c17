package tickwatch.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Say which version this is, and which Java runs it.")
final class VersionCommand extends Subcommand implements Callable<Integer> {
  @Override
  public Integer call() {
    out()
        .println(
            "tickwatch "
                + Main.Version.text()
                + " on Java "
                + System.getProperty("java.version")
                + " ("
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ")");
    return ExitCode.OK;
  }
}
