package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tickerplant's process, and signals. */
@SuppressWarnings("NullAway.Init") // each test starts one
class SignalsTest {
  private static final int TERMINATED = 143;
  private static final Pattern LISTENING =
      Pattern.compile("tickerplant listening address=127\\.0\\.0\\.1:(\\d+)");

  @TempDir Path folder;
  private BufferedReader said;
  private int port;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    Path schema =
        Files.writeString(folder.resolve("s.q"), "trade:([]time:`timestamp$();sym:`symbol$())");
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "tickwatch.app.Main",
                    "tickerplant",
                    "--port=0",
                    "--schema=" + schema,
                    "--log-dir=" + folder.resolve("log")))
            .redirectErrorStream(true)
            .start();
    said = process.inputReader(StandardCharsets.UTF_8);
    port = 0;
    while (port == 0) {
      String line = String.valueOf(said.readLine());
      assertThat(line).isNotEqualTo("null");
      Matcher listening = LISTENING.matcher(line);
      port = listening.find() ? Integer.parseInt(listening.group(1)) : 0;
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private String rest() {
    return said.lines().collect(Collectors.joining("\n"));
  }

  @Test
  void oneEndsItInGoodOrder() throws Exception {
    process.toHandle().destroy();

    assertThat(process.waitFor()).isEqualTo(TERMINATED);
    assertThat(rest()).contains("stopped process=tickerplant").doesNotContain("second signal");
  }

  @Test
  void aLaterOneEndsItAtOnce() throws Exception {
    try (Socket publisher = new Socket(InetAddress.getLoopbackAddress(), port)) {
      publisher.getOutputStream().write("user:\3\0".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(publisher.getInputStream().read()).isEqualTo(3);
      // While messages keep coming it reads on for a second.
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> keepSending(publisher));

      do {
        process.toHandle().destroy();
      } while (!process.waitFor(20, TimeUnit.MILLISECONDS));
      sending.join();
    }

    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(rest()).contains("second signal");
  }

  /** Sends an empty message again and again, until the other side is gone. */
  private static void keepSending(Socket socket) {
    try {
      while (true) {
        socket.getOutputStream().write(new byte[] {1, 0, 0, 0, 10, 0, 0, 0, 101, 0});
      }
    } catch (IOException e) {
      // It is gone: that is what was waited for.
    }
  }
}
