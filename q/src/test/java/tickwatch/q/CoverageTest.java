package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.LongAtom;

/**
 * COVERAGE.md says which q is understood: it is made from the table of verbs and the transcripts.
 *
 * <pre>mvn -q -pl q -Dfast test -Dtest=CoverageTest -Dcoverage=write</pre>
 *
 * writes it anew.
 */
final class CoverageTest {
  private static final Path FILE = Path.of("..", "COVERAGE.md");

  /** The words of the reference card that are not verbs: the parser's own. */
  private static final List<String> SYNTAX =
      List.of("by", "csv", "delete", "do", "exec", "from", "if", "select", "update", "while");

  @Test
  void theFileSaysWhatTheTableOfVerbsAndTheTranscriptsSay() throws IOException {
    String fresh = coverage();
    if ("write".equals(System.getProperty("coverage"))) {
      Files.writeString(FILE, fresh);
    }

    assertThat(Files.readString(FILE))
        .as("COVERAGE.md is stale: mvn -q -pl q -Dfast test -Dtest=CoverageTest -Dcoverage=write")
        .isEqualTo(fresh);
  }

  @Test
  void everyWordThatWorksIsShownInATranscript() {
    Map<String, Integer> lines = linesOfWords();

    assertThat(Verbs.rows())
        .filteredOn(verb -> !verb.leftOut())
        .extracting(Verb::name)
        .allSatisfy(name -> assertThat(lines).containsKey(name));
  }

  private static String coverage() {
    Map<String, Integer> lines = linesOfWords();
    int all = 0;
    for (Path file : Transcript.files()) {
      all += Transcript.entries(file).size();
    }
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Which q is understood

        By the rdb, by the tickerplant for whatever is not a publisher's message, and by schema files. This page is generated from the table of verbs and the
        transcripts; a test fails when it is stale.

        """);
    out.append(all)
        .append(
            """
             lines in `q/src/test/resources/q` show what a prompt prints, each worked out from the rules of the reference pages, not by a q. A number
            below is how many of them use the word.

            **Left out for good** is what reaches for a file, a process or a socket; it answers `'nyi`. What does not exist answers with its own name. A client
            reads and computes; tables that come from the tickerplant cannot be changed by it (`'noupdate`), and its variables are its own connection's.
            Every evaluation has limits of time, depth, rows and memory: `'stop`, `'stack`, `'limit`, `'wsfull`.

            **How near it comes.** On 2026-11-27 the examples of 33 of KX's pages that were not looked at before were typed at an rdb over IPC, each page on one
            connection, and what was printed compared, blanks at a line's end aside. Left out was what needs random numbers, files, sockets or a clock, or
            tables that a page does not show. Of 610 examples 576 agreed at once (94 %), 592 do now (97 %). The pages: amend, apply, assign, attributes, `bin`, cast, `fby`,
            `insert`, `.j`, iterators (two), `.Q` (half), `select`, `sv`, text files, tok, `uj`, `upsert`, `value`, `vs`, window join; application, data types, dictionaries,
            functional qSQL, internal functions, mathematics, parse trees, patterns, qSQL, syntax, system commands (half); idioms, questions, views. Later another 98 pages of the reference, the
            basics, the knowledge base and the courses were typed the same way and read by eye: of about 1,350 examples about 93 % agreed at once, most of the others being the `.h` namespace, which was
            not there; about 97 % do now. Then about 90 pages, half of them typed before, with
            about 1,000 examples: all but some 30 agreed at once, all but some 15 do now. Last about 24 pages, most of them of the courses and the knowledge base: of 428 lines 416
            agreed at once, 417 do now; the others are errors. Since then about 170 more pages, most of them short ones, with 1,677 lines that print something, a table that a page does not
            show made as it prints it:

            | pages | typed | agreed at once | agree now |
            | --- | --- | --- | --- |
            | reference, about 125 | 1,075 | about 1,026 (95 %) | about 1,047 (97 %) |
            | basics, 18 | 266 | 254 (95 %) | 263 (99 %) |
            | knowledge base, 9 | 65 | 59 (91 %) | 59 (91 %) |
            | courses, 17 | 271 | 251 (93 %) | 252 (93 %) |

            Of what still differs most is: pages of a q before 3.0 (`floor` with a tolerance; where ints were meant they were typed as ints) and pages that contradict each other or arithmetic; answers that a
            page only sketches (`1` for `1b`); keywords as long k text; the last digits of `lsq`; `$[;;]` in a query and
            dots behind views (they work here); `k)` behind an assignment; and what takes more memory than a query may.

            Then 20 pages of the courses, the knowledge base and the basics that nobody had gone through line by line, with about 220 lines that print: pattern matching was missing as a whole
            and works now; of the other lines six differ, where a page contradicts the code it shows (three) or is of an old q (three). How lists within tables are printed was settled by what a q of today
            prints in published solutions of puzzles.

            **Patterns** (`(a;b):x`, `{[(a;b);c]…}`, `:[v;p;r;d]`) work in all their forms: names, items, constants, lists, dictionaries, tables, `!` and `flip`, types and functions.

            ## Keywords

            """);
    Map<String, String> words = new TreeMap<>();
    for (String word : SYNTAX) {
      words.put(word, works(lines, word));
    }
    for (Verb verb : Verbs.rows()) {
      if (Character.isLetter(verb.name().charAt(0))) {
        words.put(verb.name(), verb.leftOut() ? "left out for good" : works(lines, verb.name()));
      }
    }
    table(out, "keyword", words);
    out.append("\n## Operators and iterators\n\n");
    Map<String, String> glyphs = new TreeMap<>();
    for (Verb verb : Verbs.rows()) {
      String name = verb.name();
      if (!Character.isLetter(name.charAt(0))) {
        glyphs.put(
            name,
            verb.leftOut()
                ? "left out for good"
                : works(lines, name)
                    + (name.equals("0:") ? ", on text in memory; files are left out" : ""));
      }
    }
    for (String iterator : new String[] {"'", "/", "\\", "':", "/:", "\\:"}) {
      glyphs.put(iterator, works(lines, iterator));
    }
    table(out, "operator", glyphs);
    out.append("\n## `.Q`, `.j` and `.z`\n\n");
    List<String> names = new ArrayList<>();
    for (Verb verb : Builtins.verbs()) {
      names.add(verb.name());
    }
    for (String prefix : new String[] {".Q.", ".z."}) {
      for (char letter = 'A'; letter <= 'z'; letter++) {
        add(names, prefix + letter);
      }
    }
    for (String name : new String[] {".Q.an", ".Q.b6", ".Q.nA", ".Q.res"}) {
      add(names, name);
    }
    out.append(code(names.stream().sorted(CoverageTest::byLetters).toList()));
    out.append("\n\n## Internal functions\n\n");
    List<String> numbers = new ArrayList<>();
    for (int number = -1; number >= -40; number--) {
      if (isThere(number)) {
        numbers.add(number + "!");
      }
    }
    out.append(code(numbers));
    out.append("\n\n## System commands\n\n");
    List<String> commands = new ArrayList<>();
    for (String command :
        new String[] {
          "a", "b", "B", "c", "C", "d", "e", "f", "g", "l", "o", "p", "P", "r", "s", "S", "t", "T",
          "ts", "u", "v", "w", "W", "x", "z", "1", "2", "_", "cd"
        }) {
      if (commandIsThere(command)) {
        commands.add("\\" + command);
      }
    }
    out.append(code(commands));
    out.append(
        """
        ; `\\p` and `\\t` are the host's. Any other answers `'nyi`.

        ## What else is different

        - There is no console. `show x` and `0N!x` print nothing; a text that ends in `show x` answers x.
        - Foreign keys are symbols or longs; a long by itself does not know that it points into a table. What is enumerated over a variable of a connection follows it where
          its items are replaced, but not a value that a function holds meanwhile.
        - k is understood as far as its operators' unary forms (`k)+/!5`); a keyword other than `each`, `over` and their like is printed by its name where q prints
          the k it is written in, and sent as a lambda that calls it.
        - A view is computed again when what it depends on is another value, also where that stands in a query's phrases.
        - Random numbers are of the same kinds as q's, but not the same numbers.
        - `value` of a lambda has no bytecode. There is no debugger; `.Q.trp` and `.Q.sbt` give the backtrace.
        """);
    return out.toString();
  }

  private static int byLetters(String a, String b) {
    int plain = a.compareToIgnoreCase(b);
    return plain != 0 ? plain : a.compareTo(b);
  }

  private static String works(Map<String, Integer> lines, String word) {
    return "works, " + lines.getOrDefault(word, 0);
  }

  private static void table(StringBuilder out, String head, Map<String, String> rows) {
    out.append("| ").append(head).append(" | |\n| --- | --- |\n");
    rows.forEach(
        (word, state) ->
            out.append("| `")
                .append(word.replace("|", "\\|"))
                .append("` | ")
                .append(state)
                .append(" |\n"));
  }

  private static String code(List<String> names) {
    return "`" + String.join("` `", names) + "`";
  }

  private static void add(List<String> names, String name) {
    if (!names.contains(name) && Builtins.get(Builtins.NOWHERE, name) != null) {
      names.add(name);
    }
  }

  /** Whether an internal function is there at all, whatever it says to this argument. */
  private static boolean isThere(int number) {
    try {
      Internal.apply(Builtins.NOWHERE, number, LongAtom.of(1));
      return true;
    } catch (QError e) {
      return !e.word().equals("nyi");
    }
  }

  private static boolean commandIsThere(String command) {
    try {
      SystemCommands.run(Builtins.NOWHERE, command);
      return true;
    } catch (QError e) {
      return !e.word().equals("nyi");
    }
  }

  /** How many lines of the transcripts use each word or operator. */
  private static Map<String, Integer> linesOfWords() {
    Map<String, Integer> out = new TreeMap<>();
    for (Path file : Transcript.files()) {
      for (Transcript.Entry entry : Transcript.entries(file)) {
        words(entry.typed()).forEach(word -> out.merge(word, 1, Integer::sum));
      }
    }
    return out;
  }

  private static List<String> words(String typed) {
    List<String> out = new ArrayList<>();
    List<Token> tokens;
    try {
      tokens = Lexer.tokens(typed);
    } catch (QError e) {
      return out;
    }
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      String word = token.text();
      boolean number =
          token.kind() == Token.Kind.CONSTANT
              && word.length() == 1
              && "012".contains(word)
              && i + 1 < tokens.size()
              && tokens.get(i + 1).kind() == Token.Kind.COLON
              && !tokens.get(i + 1).spaced();
      switch (token.kind()) {
        case NAME, OPERATOR, ITERATOR, COLON -> add(word, out);
        case ASSIGN_THROUGH -> add(word.substring(0, word.length() - 1), out);
        default -> {
          if (number) {
            add(word + ":", out);
          }
        }
      }
    }
    return out;
  }

  private static void add(String word, List<String> out) {
    if (!out.contains(word)) {
      out.add(word);
    }
  }
}
