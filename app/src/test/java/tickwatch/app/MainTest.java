package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.net.HttpReply;
import tickwatch.ipc.net.IpcServer;
import tickwatch.ipc.net.IpcServerConfig;

class MainTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(
        List.of(args), Map.of(), folder, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tickerplant",
        "rdb",
        "detector",
        "dashboard",
        "feed",
        "schema",
        "query",
        "health",
        "log",
        "passwd",
        "generate",
        "scan",
        "bulk-bench",
        "version"
      })
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: tickwatch " + command).contains("--config");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpListsTheCommandsAndTheExitCodes() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("tickerplant", "detector", "Exit codes:", "TICKWATCH_");
  }

  @Test
  void withoutACommandTheHelpIsAnError() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("Usage: tickwatch");
  }

  @Test
  void typoIsAnsweredWithTheNearestCommand() {
    assertThat(run("qeury")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Did you mean").contains("query");
  }

  @Test
  void badValueIsSaidWithWhatWasExpected() {
    assertThat(run("rdb", "--port", "50l1")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("'--port'")
        .contains("\"50l1\" (expected: a number from 1 to 65535")
        .doesNotContain("Exception");
  }

  @Test
  void schemaGoesToOutputAndWhatIsLeftOutToError() throws IOException {
    Path file = Files.writeString(folder.resolve("p.csv"), "ts,label,x\n2026-01-01,0,1.5\n");

    assertThat(run("schema", file.toString())).isZero();

    assertThat(out.toString().strip())
        .isEqualTo("p:([]time:`timestamp$();sym:`symbol$();x:`float$())");
    assertThat(err.toString()).contains("left out: label").contains("time from ts");
  }

  @Test
  void missingFileIsASentenceWithoutAStackTrace() {
    assertThat(run("schema", "no-such.csv")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString().strip()).isEqualTo("tickwatch schema: there is no file no-such.csv");
  }

  @Test
  void portThatIsTakenIsSaidWithoutAStackTrace() throws IOException {
    Path schema =
        Files.writeString(
            folder.resolve("s.q"), "t:([]time:`timestamp$();sym:`symbol$();x:`float$())");
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      String logs = folder.resolve("log").toString();

      int exitCode =
          run("tickerplant", "--port", port, "--schema", schema.toString(), "--log-dir", logs);

      assertThat(exitCode).isEqualTo(ExitCode.USAGE);
      assertThat(err.toString()).contains(port).doesNotContain("Exception").doesNotContain("\tat ");
    }
  }

  @Test
  void schemaFileThatIsNotThereIsSaid() {
    assertThat(run("tickerplant", "--schema", "no.q", "--log-dir", folder.toString())).isNotZero();
    assertThat(err.toString()).contains("no.q").doesNotContain("\tat ");
  }

  @Test
  void healthSaysWhatTheProcessSays() {
    IpcServerConfig config =
        IpcServerConfig.defaults(0)
            .withHttp(
                path ->
                    path.equals("/health")
                        ? HttpReply.text(200, "well")
                        : HttpReply.text(503, "replaying"));
    try (IpcServer server = IpcServer.start(config, (c, type, buffer, start, length) -> {})) {
      String at = "localhost:" + server.port();

      assertThat(run("health", at)).isEqualTo(ExitCode.FAILURE);
      assertThat(err.toString()).contains("replaying");
      assertThat(run("health", at, "--live")).isZero();
      assertThat(out.toString().strip()).isEqualTo("well");
    }
  }

  @Test
  void healthOfNobodyIsNo() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    assertThat(run("health", "localhost:" + port)).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).contains("no answer");
  }

  @Test
  void aQuestionMayBeginWithADash() {
    assertThat(run("query", "localhost:1", "-5#t", "--timeout", "1s")).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).doesNotContain("option").contains("localhost:1");

    assertThat(run("query", "localhost:1", "--fromat=csv")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Unknown option: '--fromat=csv'");
  }

  @Test
  void queryOfNobodyIsASentence() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    assertThat(run("query", "localhost:" + port, "1+1")).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).contains("nothing listens on localhost:" + port);
  }
}
