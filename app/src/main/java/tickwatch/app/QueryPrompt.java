package tickwatch.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Size;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.RemoteError;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.q.DisplayOptions;
import tickwatch.q.Interpreter;

/**
 * A q prompt to another process: each line is sent there, and its answer printed as q prints it.
 *
 * <p>Lines are kept in a file; Tab completes keywords and the names of tables, columns, variables
 * and functions there. {@code \\c} and {@code \\P} count for what is printed here; {@code \\\\} or
 * the end of input leaves. Ctrl-C drops a line that is being typed and withdraws a question that is
 * being answered. Where the other side goes away the prompt stays, and the next line looks for it.
 */
final class QueryPrompt {
  /** Asks the other side. */
  interface Asker {
    /**
     * The answer.
     *
     * @throws ExecutionException with the other side's {@link RemoteError}, or with what is in the
     *     way of asking
     * @throws InterruptedException where the thread was interrupted: the question is withdrawn then
     */
    Value ask(String text) throws InterruptedException, ExecutionException, TimeoutException;

    /** Whether what was asked before is forgotten over there. */
    boolean isLost();
  }

  private static final int HISTORY_LINES = 10_000;

  /** What can be completed, in one question; each part may fail by itself. */
  private static final String NAMES =
      "@[{.Q.res,key`.q};0;`$()],@[tables;`.;`$()],@[system;\"v\";`$()],@[system;\"f\";`$()],"
          + "@[{raze cols each tables`.};0;`$()]";

  private final Asker asker;
  private final org.jline.terminal.Terminal terminal;
  private final Answers.Format format;
  private final LineReader reader;
  private String prompt = "q)";
  private @Nullable DisplayOptions chosen;
  private @Nullable Set<String> names;
  private boolean lossTold;
  private @Nullable Thread asking;
  private boolean withdrawn;

  /**
   * @param history the file that keeps what was typed
   */
  QueryPrompt(
      Asker asker, org.jline.terminal.Terminal terminal, Answers.Format format, Path history) {
    this.asker = asker;
    this.terminal = terminal;
    this.format = format;
    DefaultParser parser =
        new DefaultParser() {
          @Override
          public boolean isDelimiterChar(CharSequence buffer, int position) {
            return !isNamePart(buffer.charAt(position));
          }
        };
    // A backslash, a quote and an exclamation mark are q's.
    parser.setEscapeChars(new char[0]);
    parser.setQuoteChars(new char[0]);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(parser)
            .completer((line, parsed, candidates) -> complete(parsed, candidates))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
            .build();
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.';
  }

  /**
   * Reads, asks and prints until the end of input.
   *
   * @throws InterruptedException where the thread was interrupted by somebody else than Ctrl-C
   */
  void run() throws InterruptedException {
    // While a line is read the reader takes the signal for itself.
    org.jline.terminal.Terminal.SignalHandler before =
        terminal.handle(org.jline.terminal.Terminal.Signal.INT, signal -> withdraw());
    try {
      readAndAnswer();
    } finally {
      terminal.handle(org.jline.terminal.Terminal.Signal.INT, before);
    }
  }

  /** The signal's own thread calls this. */
  private synchronized void withdraw() {
    Thread thread = asking;
    if (thread != null) {
      withdrawn = true;
      thread.interrupt();
    }
  }

  private Value ask(String text) throws InterruptedException, ExecutionException, TimeoutException {
    synchronized (this) {
      withdrawn = false;
      asking = Thread.currentThread();
    }
    try {
      return asker.ask(text);
    } finally {
      synchronized (this) {
        asking = null;
        if (withdrawn) {
          // One that came after the answer must not reach the next question.
          boolean unused = Thread.interrupted();
        }
      }
    }
  }

  private void readAndAnswer() throws InterruptedException {
    while (true) {
      String line;
      try {
        line = reader.readLine(prompt);
      } catch (UserInterruptException e) {
        continue;
      } catch (EndOfFileException e) {
        return;
      }
      if (line.isBlank()) {
        continue;
      }
      if (line.strip().equals("\\\\")) {
        return;
      }
      answer(line);
    }
  }

  private void answer(String line) throws InterruptedException {
    names = null;
    tellOfLoss();
    try {
      Value value = ask(line);
      lossTold = false;
      String text = line.strip();
      if (text.startsWith("\\c ") || text.startsWith("\\P ")) {
        remember(text);
      }
      if (text.startsWith("\\d ")) {
        prompt = promptOf(ask("\\d"));
      }
      Answers.print(value, format, options(), terminal.writer());
    } catch (InterruptedException e) {
      if (!withdrawn) {
        throw e;
      }
      terminal.writer().println("'stop");
    } catch (TimeoutException e) {
      terminal.writer().println("'timeout: no answer yet; --timeout says how long to wait");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteError error) {
        lossTold = false;
        terminal.writer().println("'" + error.text());
        String place = Interpreter.misplaced(line, error.text());
        if (place != null) {
          terminal.writer().print(place);
        }
      } else {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        terminal.writer().println("'conn: " + cause.getMessage());
      }
    }
    tellOfLoss();
    terminal.flush();
  }

  /** Says once that a connection is gone. */
  private void tellOfLoss() {
    if (asker.isLost() && !lossTold) {
      lossTold = true;
      prompt = "q)";
      terminal
          .writer()
          .println("the connection is closed, its variables are gone; the next line opens another");
    }
  }

  private static String promptOf(Value namespace) {
    return namespace instanceof SymbolAtom s && !s.name().equals(".") ? "q" + s.text() + ")" : "q)";
  }

  /** What was chosen with {@code \\c} and {@code \\P}, else the terminal's size. */
  private DisplayOptions options() {
    DisplayOptions mine = chosen;
    if (mine != null) {
      return mine;
    }
    Size size = terminal.getSize();
    DisplayOptions console = DisplayOptions.CONSOLE;
    return size.getRows() < 10 || size.getColumns() < 10
        ? console
        : new DisplayOptions(
            Math.min(2_000, size.getRows()),
            Math.min(2_000, size.getColumns()),
            console.precision());
  }

  private void remember(String command) {
    String[] words = command.split(" +", -1);
    DisplayOptions now = options();
    try {
      if (words[0].equals("\\P") && words.length == 2) {
        chosen = new DisplayOptions(now.rows(), now.columns(), Integer.parseInt(words[1]));
      } else if (words.length == 3) {
        chosen =
            new DisplayOptions(
                clamped(Integer.parseInt(words[1])),
                clamped(Integer.parseInt(words[2])),
                now.precision());
      }
    } catch (NumberFormatException e) {
      // The other side has answered with its error.
      chosen = now;
    }
  }

  private static int clamped(int size) {
    return Math.max(10, Math.min(2_000, size));
  }

  private void complete(ParsedLine parsed, List<Candidate> candidates) {
    String typed = parsed.word().substring(0, parsed.wordCursor());
    for (String name : names()) {
      if (name.startsWith(typed)) {
        candidates.add(new Candidate(name, name, null, null, null, null, false));
      }
    }
  }

  /** The names there, asked for once after each line. */
  private Set<String> names() {
    Set<String> known = names;
    if (known != null) {
      return known;
    }
    Set<String> out = new TreeSet<>();
    try {
      if (ask(NAMES) instanceof SymbolVector symbols) {
        for (String name : symbols.toArray()) {
          if (!name.isEmpty()) {
            out.add(SymbolAtom.textOf(name));
          }
        }
      }
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      // Then there is nothing to complete with; the next line tells what is wrong.
      return out;
    }
    names = out;
    return out;
  }
}
