package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.q.QError;

final class QueryPromptTest {
  @TempDir Path directory;

  /** The other side: an interpreter with variables of its own. */
  private static final class Variables implements Globals {
    private final Map<String, Value> values = new TreeMap<>();

    @Override
    public @Nullable Value get(String name) {
      return values.get(name);
    }

    @Override
    public void set(String name, Value value) {
      values.put(name, value);
    }

    @Override
    public Collection<String> names() {
      return values.keySet();
    }
  }

  private String session(String typed) throws Exception {
    return session("dumb", typed);
  }

  private String session(String terminalType, String typed) throws Exception {
    Interpreter there = new Interpreter(new Variables(), Clock.systemUTC(), Limits.defaults());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Terminal terminal =
        TerminalBuilder.builder()
            .system(false)
            .type(terminalType)
            .encoding(StandardCharsets.UTF_8)
            .streams(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), out)
            .build()) {
      terminal.setSize(Size.of(80, 25));
      new QueryPrompt(
              text -> {
                try {
                  return there.evaluate(text);
                } catch (QError e) {
                  throw new ExecutionException(new RemoteError(e.word()));
                }
              },
              terminal,
              Answers.Format.Q,
              directory.resolve("history"))
          .run();
    }
    return out.toString(StandardCharsets.UTF_8).replace("\r", "");
  }

  @Test
  void eachLineIsAnsweredAsAPromptAnswersIt() throws Exception {
    String printed = session("1 2 3+10\na:5\na*2\n");

    assertThat(printed).contains("11 12 13\n").contains("10\n").doesNotContain("5\n5");
  }

  @Test
  void anErrorIsPrintedAndTheNextLineAsked() throws Exception {
    assertThat(session("1+`a\n`still`here\n")).contains("'type\n").contains("`still`here\n");
  }

  @Test
  void aCaretStandsUnderThePlaceWhereALineCannotBeParsed() throws Exception {
    assertThat(session("1+(2*3\n")).contains("'(\n  [0]  1+(2*3\n             ^\n");
    assertThat(session("sum 1 2]\n")).contains("']\n  [0]  sum 1 2]\n              ^\n");
    assertThat(session("1+`a\n")).doesNotContain("^");
  }

  @Test
  void aPromptNamesTheNamespace() throws Exception {
    assertThat(session("\\d .work\nx:1\n\\d .\n.work.x+1\n")).contains("q.work)").contains("2\n");
  }

  @Test
  void consoleSizeAndPrecisionCountForWhatIsPrinted() throws Exception {
    assertThat(session("\\P 3\n1%3\n\\c 10 20\ntil 100\n"))
        .contains("0.333\n")
        .contains("0 1 2 3 4 5 6 7 8..\n");
  }

  @Test
  void twoBackslashesLeave() throws Exception {
    assertThat(session("\\\\\n1+1\n")).doesNotContain("2\n");
  }

  @Test
  void whatWasTypedIsKept() throws Exception {
    String unused = session("select from nothing\n\"say \\\"hi!\\\"\"\n");

    assertThat(lines()).contains("select from nothing").contains("say \\\\\"hi!");
  }

  private String lines() throws IOException {
    return Files.readString(directory.resolve("history"));
  }

  @Test
  void tabCompletesTheNamesOfTheOtherSide() throws Exception {
    String printed =
        session("xterm", "readings:([]temperature:17 18)\nexec first temp\t from readings\n");

    assertThat(printed).contains("temperature from readings").contains("17\n");
  }
}
