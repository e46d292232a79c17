package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes, and signals. */
class SignalsTest {
  private static final int TERMINATED = 143;

  @Test
  void oneEndsItInGoodOrder(@TempDir Path folder) throws Exception {
    Path schema =
        Files.writeString(folder.resolve("s.q"), "trade:([]time:`timestamp$();sym:`symbol$())");
    Process process =
        java(
            "tickwatch.app.Main",
            "tickerplant",
            "--port=0",
            "--schema=" + schema,
            "--log-dir=" + folder.resolve("log"));
    try {
      BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
      String line = said.readLine();
      while (line != null && !line.contains("tickerplant listening")) {
        line = said.readLine();
      }
      assertThat(line).isNotNull();

      process.toHandle().destroy();

      assertThat(process.waitFor()).isEqualTo(TERMINATED);
      assertThat(said.lines().toList())
          .anyMatch(rest -> rest.contains("stopped process=tickerplant"))
          .noneMatch(rest -> rest.contains("second signal"));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Process java(String... mainAndArguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(mainAndArguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  void aLaterOneEndsItAtOnce() throws Exception {
    Process endless = java("tickwatch.app.SignalsTest$NeverEnds");
    try {
      BufferedReader told = endless.inputReader(StandardCharsets.UTF_8);
      assertThat(told.readLine()).isEqualTo("ready");

      do {
        endless.toHandle().destroy();
      } while (!endless.waitFor(20, TimeUnit.MILLISECONDS));

      assertThat(endless.exitValue()).isEqualTo(TERMINATED);
      assertThat(told.lines()).anyMatch(line -> line.contains("second signal"));
    } finally {
      endless.destroyForcibly().waitFor();
    }
  }

  /** A process whose good order takes for ever. */
  static final class NeverEnds {
    public static void main(String[] args) throws InterruptedException {
      Signals.secondOneQuits("TERM");
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }));
      System.out.println("ready");
      never.await();
    }
  }
}
