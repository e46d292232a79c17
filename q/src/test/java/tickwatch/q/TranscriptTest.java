package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Types every line of every transcript and compares what is printed, to the last space. */
final class TranscriptTest {
  @TestFactory
  Stream<DynamicContainer> everyLinePrintsWhatItsTranscriptSays() {
    return Transcript.files().stream().map(TranscriptTest::session);
  }

  private static DynamicContainer session(Path file) {
    Interpreter interpreter = Transcript.interpreter();
    return DynamicContainer.dynamicContainer(
        file.getFileName().toString(),
        Transcript.entries(file).stream()
            .map(
                entry ->
                    DynamicTest.dynamicTest(
                        entry.line() + ": " + entry.typed(),
                        () ->
                            assertThat(Transcript.printed(interpreter, entry.typed()))
                                .as(file + ":" + entry.line() + ": " + entry.typed())
                                .isEqualTo(entry.printed()))));
  }
}
