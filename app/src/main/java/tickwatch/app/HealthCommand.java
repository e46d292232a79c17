package tickwatch.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tickwatch.ipc.net.ClientTls;
import tickwatch.ipc.net.Endpoint;

/** Over a bare socket: an HTTP client would cost more than all the rest of this short command. */
@Command(
    name = "health",
    abbreviateSynopsis = true,
    description = "Ask a process whether it is ready: exit code 0 if it is, 1 if not.",
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch health localhost:5010",
      "  tickwatch health localhost:5016 --wait 30s    until it is ready, for half a minute at most",
      "  tickwatch health localhost:5011 --live        whether it is up and well, ready or not"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class HealthCommand extends Subcommand implements Callable<Integer> {
  private static final int ANSWER_MILLIS = 5_000;
  private static final long ASK_AGAIN_MILLIS = 100;

  @Parameters(paramLabel = "HOST:PORT", description = "The process.")
  private Endpoint endpoint;

  @Option(names = "--live", description = "Ask for /health instead of /ready.")
  private boolean live;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "Ask again until the answer is yes, for this time (default: ${DEFAULT-VALUE}).")
  private Duration wait;

  private record Answer(boolean yes, String text) {}

  @Override
  public Integer call() throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    Answer answer = ask();
    while (!answer.yes && System.nanoTime() < until) {
      Thread.sleep(ASK_AGAIN_MILLIS);
      answer = ask();
    }
    if (answer.yes) {
      out().println(answer.text);
      return ExitCode.OK;
    }
    err().println(endpoint + ": " + answer.text);
    return ExitCode.FAILURE;
  }

  private Answer ask() {
    String request =
        "GET "
            + (live ? "/health" : "/ready")
            + " HTTP/1.1\r\nHost: "
            + endpoint
            + "\r\nConnection: close\r\n\r\n";
    ClientTls tls = endpoint.tls();
    try (Socket socket =
        tls == null ? new Socket() : tls.javaContext().getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return answer(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException e) {
      return new Answer(false, "no answer (" + e.getMessage() + ")");
    }
  }

  /** {@code HTTP/1.1 200 OK}, header lines, an empty line, the body. */
  static boolean isYes(String reply) {
    return reply.startsWith("HTTP/1.1 200");
  }

  private static Answer answer(String reply) {
    if (!reply.startsWith("HTTP/")) {
      return new Answer(false, "no answer to HTTP (is it a tickwatch process?)");
    }
    int body = reply.indexOf("\r\n\r\n");
    int line = reply.indexOf("\r\n");
    String text = body < 0 ? "" : reply.substring(body + 4).strip();
    return new Answer(isYes(reply), text.isEmpty() && line > 0 ? reply.substring(0, line) : text);
  }
}
