package tickwatch.app;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.Value;
import tickwatch.q.DisplayOptions;

/**
 * Asks through {@code ipc}, not javakdb: javakdb 2.0 gives a lambda as a string, {@code ::} as a
 * Java null, no attributes, and a negative time of day as one of yesterday, and what is printed
 * should be what the other side has.
 */
@Command(
    name = "query",
    abbreviateSynopsis = true,
    description = "Ask a process a question in q, and print the answer.",
    sortOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch query localhost:5011 'select count i by sym from server'",
      "  tickwatch query localhost:5011:ann:secret 'select from anomaly' --format csv > anomalies.csv",
      "  tickwatch query localhost:5010 '.u.i' --format json",
      "  tickwatch query localhost:5011                    a prompt: Tab completes, Ctrl-C stops a query, \\\\ leaves",
      "",
      "Any kdb+ process answers as well. An error reply is printed with its quote; exit code 1."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class QueryCommand extends Subcommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "HOST:PORT[:USER[:PW]]",
      description =
          "The process. Without a user, TICKWATCH_USER and TICKWATCH_PASSWORD say who asks.")
  private Endpoint endpoint;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "Q",
      description = "The question; without one there is a prompt.")
  private @Nullable String question;

  @Spec private CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "q|table|csv|json",
      defaultValue = "q",
      description =
          "q: as a q prompt prints it, cut off to 25 lines of 80 columns on a terminal and to 2000 of"
              + " 2000 elsewhere; table: aligned columns, all rows; csv; json (default:"
              + " ${DEFAULT-VALUE}).")
  private Answers.Format format;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    if (question != null && question.startsWith("--")) {
      throw new ParameterException(spec.commandLine(), "Unknown option: '" + question + "'");
    }
    EventLoopGroup loops = EventLoops.create(1, "query");
    try (QueryConnection connection = new QueryConnection(endpoint, timeout, loops)) {
      connection.connect();
      String text = question;
      if (text == null) {
        return prompt(connection);
      }
      Value answer = connection.ask(text);
      Answers.print(answer, format, options(System.getenv()), out());
      if (out().checkError()) {
        throw new OperatorException(ExitCode.FAILURE, "the answer could not be written");
      }
      return ExitCode.OK;
    } catch (TimeoutException e) {
      throw new OperatorException(
          ExitCode.FAILURE, "no answer from " + endpoint + " in " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof RemoteError error) {
        err().println("'" + error.text());
        return ExitCode.FAILURE;
      }
      if (cause instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    } finally {
      Future<?> unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  private int prompt(QueryConnection connection) throws InterruptedException {
    try (org.jline.terminal.Terminal terminal = TerminalBuilder.builder().build()) {
      new QueryPrompt(connection, terminal, format, history()).run();
      return ExitCode.OK;
    } catch (IOException e) {
      throw new OperatorException(ExitCode.FAILURE, "the terminal: " + e.getMessage(), e);
    }
  }

  /** Where the lines typed are kept: in the user's state directory. */
  private static Path history() {
    String state = System.getenv("XDG_STATE_HOME");
    Path directory =
        state == null || state.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    return directory.resolve("tickwatch").resolve("query-history");
  }

  /** A terminal's size, if it is known; all there is, where nobody looks. */
  private static DisplayOptions options(Map<String, String> environment) {
    if (!Terminal.STDOUT.isOne()) {
      return DisplayOptions.WHOLE;
    }
    DisplayOptions console = DisplayOptions.CONSOLE;
    return new DisplayOptions(
        size(environment.get("LINES"), console.rows()),
        size(environment.get("COLUMNS"), console.columns()),
        console.precision());
  }

  private static int size(@Nullable String text, int otherwise) {
    if (text == null || !text.matches("\\d{1,4}")) {
      return otherwise;
    }
    return Math.max(10, Math.min(2_000, Integer.parseInt(text)));
  }
}
