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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.LongAtom;
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
    try (Terminal terminal = terminal(terminalType, typed, out)) {
      new QueryPrompt(asker(there), terminal, Answers.Format.Q, directory.resolve("history")).run();
    }
    return out.toString(StandardCharsets.UTF_8).replace("\r", "");
  }

  private static Terminal terminal(String type, String typed, ByteArrayOutputStream out)
      throws IOException {
    Terminal terminal =
        TerminalBuilder.builder()
            .system(false)
            .type(type)
            .encoding(StandardCharsets.UTF_8)
            .streams(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), out)
            .build();
    terminal.setSize(Size.of(80, 25));
    return terminal;
  }

  private static QueryPrompt.Asker asker(Interpreter there) {
    return new QueryPrompt.Asker() {
      @Override
      public Value ask(String text) throws ExecutionException {
        try {
          return there.evaluate(text);
        } catch (QError e) {
          throw new ExecutionException(new RemoteError(e.word()));
        }
      }

      @Override
      public boolean isLost() {
        return false;
      }
    };
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
  void ctrlCWithdrawsTheQuestionThatIsBeingAnswered() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    boolean[] lost = {false};
    QueryPrompt.Asker never =
        new QueryPrompt.Asker() {
          @Override
          public Value ask(String text) throws InterruptedException {
            if (lost[0]) {
              lost[0] = false;
              return LongAtom.of(7);
            }
            asked.countDown();
            try {
              new CountDownLatch(1).await();
              throw new AssertionError("an answer of nobody");
            } catch (InterruptedException e) {
              lost[0] = true;
              throw e;
            }
          }

          @Override
          public boolean isLost() {
            return lost[0];
          }
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Terminal terminal = terminal("dumb", "while[1;]\nthen\n", out)) {
      QueryPrompt prompt =
          new QueryPrompt(never, terminal, Answers.Format.Q, directory.resolve("history"));
      Thread user =
          new Thread(
              () -> {
                try {
                  asked.await();
                  terminal.raise(Terminal.Signal.INT);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      user.start();
      prompt.run();
      user.join();
    }

    assertThat(out.toString(StandardCharsets.UTF_8).replace("\r", ""))
        .containsSubsequence("'stop\n", "the connection is closed", "7\n");
  }

  @Test
  void whereTheOtherSideIsGoneThePromptStaysAndSaysSoOnce() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    QueryPrompt.Asker gone =
        new QueryPrompt.Asker() {
          @Override
          public Value ask(String text) throws ExecutionException {
            throw new ExecutionException(new NetException("nothing listens on box:5011"));
          }

          @Override
          public boolean isLost() {
            return true;
          }
        };
    try (Terminal terminal = terminal("dumb", "1+1\n2+2\n", out)) {
      new QueryPrompt(gone, terminal, Answers.Format.Q, directory.resolve("history")).run();
    }

    assertThat(out.toString(StandardCharsets.UTF_8).replace("\r", ""))
        .containsSubsequence(
            "the connection is closed", "'conn: nothing listens on box:5011\n", "'conn: nothing")
        .containsOnlyOnce("the connection is closed");
  }

  @Test
  void severalLinesPastedAtOnceAreOneText() throws Exception {
    String pasted = "\u001b[200~f:{[a]\n  a+1\n  }\u001b[201~\n";

    assertThat(session("xterm", pasted + "f 2\n")).contains("3\n");
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
