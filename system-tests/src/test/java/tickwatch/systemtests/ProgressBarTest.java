package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody at a terminal sees of a long run, with the classes that the distribution has. */
class ProgressBarTest {
  @TempDir Path directory;

  @Test
  void aBulkRunDrawsItsBarToTheEnd() throws Exception {
    String file = directory.resolve("x.npy").toString();

    assertThat(drawn("generate", "--num-samples", "300000", "--file", file))
        .contains("generate")
        .contains("100%");
    assertThat(drawn("scan", "--file", file)).contains("scan").contains("100%");
  }

  /** Standard error of a command that takes it for a terminal. */
  private static String drawn(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(TickSystem.PROJECT.resolve("scripts/tickwatch").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("TICKWATCH_NO_BUILD", "1");
    builder.environment().put("TICKWATCH_JAVA_OPTS", "-Dtickwatch.terminal=2");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    String text = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }
}
