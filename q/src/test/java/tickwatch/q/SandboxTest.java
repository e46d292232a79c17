package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text cannot do to the process that evaluates it. */
final class SandboxTest {
  private static Interpreter limited(Duration timeout) {
    return new Interpreter(
        new MapGlobals(), Transcript.CLOCK, new Limits(0, 100, 10_000_000, 200_000_000, timeout));
  }

  private static void assertError(String text, String word) {
    assertThatThrownBy(() -> limited(Duration.ofSeconds(30)).evaluate(text))
        .isInstanceOfSatisfying(QError.class, e -> assertThat(e.word()).isEqualTo(word));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "til 1000000000000",
        "1000000000000#0",
        "100000000000?10",
        "2000000000$\"a\"",
        "where 5#1000000000",
        "raze 100000#enlist til 100000",
        "(til 100000) cross til 100000",
        "{x,x}/[60;til 10]",
        "100000 100000#0",
        "\"\"sv 100000#enlist 1000000#\"x\"",
        "{x:x,til 100000;x}/[10000;()]",
        "{x cross x}/[6;til 100]",
        "ssr[1000000#\"a\";\"a\";1000000#\"b\"]",
        "(100000#\"J\";\",\")0: 100000#enlist 1000#\"y\"",
        "\",\"0: 1000000#enlist til 1000000"
      })
  void whatWouldFillTheMemoryIsRefusedBeforeItDoes(String text) {
    assertError(text, "wsfull");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while[1;]",
        "do[1000000000000;1+1]",
        "{1b}{x+1}/0",
        "{x+1}/0",
        "(not/)42",
        "@[{while[1;]};0;0]",
        "{@[{while[1;]};x;.z.s]}0",
        "f:{x};(1000000000#1)",
        "{(300000#\"a\") like \"*\",(20000#\"a\"),\"b*\"}each til 1000000",
        "{(300000#\"ab\") ss 100#\"ab\"}each til 1000000",
        "{.j.k .j.j til 100000}each til 1000000",
      })
  void whatWouldNotEndIsStoppedInTime(String text) {
    assertThatThrownBy(() -> limited(Duration.ofMillis(200)).evaluate(text))
        .isInstanceOfSatisfying(QError.class, e -> assertThat(e.word()).isIn("stop", "wsfull"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{.z.s x}1 | stack",
        "f:{g x};g:{f x};f 1 | stack",
        "{value \".z.s[]\"}[] | .z.s",
        "a:\"value a\";value a | stack",
        "hopen `::5010 | nyi",
        "read0 `:/etc/passwd | nyi",
        "\\ls | nyi",
        "system\"rm -rf x\" | nyi",
        "exit 0 | nyi",
        "`:x set 1 | access",
        "getenv`HOME | nyi",
        ".z.p:1 | access",
        "value\"v::v+1\";v | loop",
        "value\"v::w\";value\"w::v\";v | loop",
        "`:x 0:enlist \"a\" | nyi",
        "(\"S\";\",\")0:`:/etc/passwd | nyi",
        "k)+/!0W | limit",
        "0W#1 | limit",
        ".j.k 100000#\"[\" | stack",
        ".j.j 300{(x;1)}/1 | stack",
        "-9!0x0100000010000000ffffffff00ffffff | badmsg",
        "-9!0x010000001200000000007fffffff00000000 | badmsg"
      })
  void nothingReachesOutOrNestsWithoutEnd(String text, String word) {
    assertError(text, word);
  }

  @Test
  void bracketsNestedWithoutEndAreRefused() {
    assertError("(".repeat(100_000), "stack");
    assertError("{".repeat(100_000), "stack");
    assertError("neg ".repeat(100_000) + "1", "stack");
  }

  @Test
  void aResultNestedVeryDeepIsRefused() {
    assertError("100000{(x;1)}/1", "limit");
    assertError("a:100000{(x;1)}/1", "stack");
  }

  @Test
  void anInterruptEndsTheEvaluation() throws InterruptedException {
    Interpreter q =
        new Interpreter(
            new MapGlobals(), Transcript.CLOCK, Limits.defaults().withTimeout(Duration.ZERO));
    String[] word = new String[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                q.evaluate("while[1;]");
              } catch (QError e) {
                word[0] = e.word();
              }
            });
    thread.start();
    thread.interrupt();
    thread.join(10_000);

    assertThat(word[0]).isEqualTo("stop");
  }

  @Test
  void anEvaluationAfterARefusedOneStartsAfresh() {
    Interpreter q = limited(Duration.ofSeconds(30));
    assertThatThrownBy(() -> q.evaluate("til 1000000000000")).isInstanceOf(QError.class);

    assertThat(q.evaluate("1+1")).isEqualTo(tickwatch.ipc.value.LongAtom.of(2));
  }
}
