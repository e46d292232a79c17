package tickwatch.app;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.Users;

@Command(
    name = "passwd",
    abbreviateSynopsis = true,
    description =
        "Print a user's line for the file that --users names. The password is asked for, or read"
            + " as one line from standard input.",
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch passwd ann --rights read,subscribe >> users",
      "  printf '%%s\\n' \"$SECRET\" | tickwatch passwd feed --rights read,publish >> users"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PasswdCommand extends Subcommand implements Callable<Integer> {
  @Parameters(paramLabel = "USER", description = "The user's name.")
  private String user;

  @Option(
      names = "--rights",
      paramLabel = "RIGHT",
      split = ",",
      defaultValue = "read",
      description = "Of read, subscribe, publish, admin (default: ${DEFAULT-VALUE}).")
  private List<Right> rights;

  @Override
  public Integer call() throws IOException {
    char[] password = password(System.console());
    if (password.length == 0) {
      throw new OperatorException(ExitCode.USAGE, "an empty password lets everyone in as " + user);
    }
    Set<Right> all = EnumSet.copyOf(rights);
    out().println(Users.line(user, password, all));
    Arrays.fill(password, '\0');
    return ExitCode.OK;
  }

  private char[] password(@Nullable Console console) throws IOException {
    if (console == null) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line = in.readLine();
      return line == null ? new char[0] : line.toCharArray();
    }
    char[] first = console.readPassword("Password of %s: ", user);
    char[] again = console.readPassword("Once more: ");
    if (first == null || again == null || !Arrays.equals(first, again)) {
      throw new OperatorException(ExitCode.FAILURE, "the two are not the same");
    }
    return first;
  }
}
