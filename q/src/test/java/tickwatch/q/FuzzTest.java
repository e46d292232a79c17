package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.Value;

/** Whatever the text, the outcome is a value that prints, or a QError. */
final class FuzzTest {
  private static final int TEXTS = 4_000;

  private static final String[] TOKENS = {
    "1",
    "0",
    "-1",
    "2.5",
    "0N",
    "0n",
    "1 2 3",
    "`a",
    "`a`b",
    "\"abc\"",
    "\"x\"",
    "()",
    "0b",
    "101b",
    "0x01",
    "2000.01.01",
    "09:30",
    "0D00:01",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ":",
    "::",
    "+",
    "-",
    "*",
    "%",
    "&",
    "|",
    "^",
    "=",
    "<",
    ">",
    "<=",
    "<>",
    "$",
    ",",
    "#",
    "_",
    "~",
    "!",
    "?",
    "@",
    ".",
    "'",
    "/",
    "\\",
    "':",
    "/:",
    "\\:",
    "x",
    "y",
    "t",
    "d",
    "k",
    "f",
    "select ",
    " from t",
    " by a ",
    " where ",
    "exec ",
    "?[t;",
    "![t;",
    "@[",
    ".[",
    "0:",
    "update ",
    "delete ",
    "a",
    "b",
    "\n",
    " "
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aSoupOfTokensGivesAValueOrAnError(long seed) {
    Random random = new Random(seed);
    List<String> words = new ArrayList<>(Verbs.keywords());
    Builtins.verbs().forEach(verb -> words.add(verb.name()));
    for (int number = 1; number < 40; number++) {
      words.add("-" + number + "!");
    }
    String[] keywords = words.toArray(new String[0]);
    int values = 0;
    for (int n = 0; n < TEXTS; n++) {
      StringBuilder text = new StringBuilder();
      int length = 1 + random.nextInt(9);
      for (int i = 0; i < length; i++) {
        text.append(
            random.nextInt(3) == 0
                ? " " + keywords[random.nextInt(keywords.length)] + " "
                : TOKENS[random.nextInt(TOKENS.length)]);
      }
      values += outcome(text.toString(), seed) ? 1 : 0;
    }
    assertThat(values).as("texts that gave a value, seed %d", seed).isGreaterThan(TEXTS / 50);
  }

  private static boolean outcome(String text, long seed) {
    Limits limits = new Limits(2_000, 60, 1_000_000, 64 << 20, Duration.ofSeconds(5));
    Interpreter interpreter = new Interpreter(new MapGlobals(), Transcript.CLOCK, limits);
    interpreter.evaluate(
        "t:([]a:`x`y`x;b:1 2 3);k:([a:`x`y]c:1.5 2.5);d:`a`b!1 2;f:{x+y};x:1 2 3;y:2;a:5;b:`q");
    try {
      Value value = interpreter.evaluate(text);
      String shown = Display.text(value, DisplayOptions.CONSOLE);
      assertThat(shown.length()).isLessThan(3_000);
      return true;
    } catch (QError e) {
      assertThat(e.word()).as("seed %d: %s: %s", seed, text, e).isNotEqualTo(Interpreter.INTERNAL);
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + ": " + text, e);
    }
  }
}
