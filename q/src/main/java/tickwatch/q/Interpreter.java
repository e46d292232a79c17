package tickwatch.q;

import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Evaluates q.
 *
 * <p>A sandbox: nothing in it reaches a file, a process or a socket, and {@link Limits} bound what
 * one evaluation takes. Whatever the text, the outcome is a value or a {@link QError}.
 *
 * <p><b>Threads.</b> One evaluation at a time; cheap to make, so each thread takes its own. An
 * interrupt ends the evaluation with {@code stop}.
 *
 * <p><b>State.</b> What {@code \d}, {@code \c}, {@code \P} and {@code \S} set lasts as long as the
 * interpreter; variables are the host's.
 */
public final class Interpreter {
  /** The word for what should not happen; no text may lead to it. */
  static final String INTERNAL = "internal";

  private final Context context;

  public Interpreter(Globals globals, Clock clock, Limits limits) {
    this(globals, clock, limits, () -> {});
  }

  /**
   * As {@link #Interpreter(Globals, Clock, Limits)}.
   *
   * @param pause called between the pieces of a long evaluation, wherever it could be stopped, by
   *     each of its threads: a host may have others go first
   */
  public Interpreter(Globals globals, Clock clock, Limits limits, Runnable pause) {
    this(globals, clock, limits, pause, System::nanoTime);
  }

  /**
   * As {@link #Interpreter(Globals, Clock, Limits, Runnable)}.
   *
   * @param nanoTime what the time limit is measured with, nanoseconds
   */
  Interpreter(Globals globals, Clock clock, Limits limits, Runnable pause, LongSupplier nanoTime) {
    this.context = new Context(globals, clock, limits, pause, nanoTime);
  }

  /**
   * Has the next evaluations allocate less than their limits say, as a host wants that is short of
   * memory.
   *
   * @param bytes beyond the limits' own these hold
   */
  public void allow(long bytes) {
    context.allow(bytes);
  }

  /**
   * Evaluates text: one or several statements, separated by semicolons or newlines.
   *
   * @param text one char a byte, as symbols hold it
   * @return the value of the last; {@code ::} where it yields none, as an assignment
   * @throws QError where it fails
   */
  public Value evaluate(String text) {
    return guarded(() -> statements(text));
  }

  private Value statements(String text) {
    if (text.isBlank()) {
      return UnaryPrimitive.IDENTITY;
    }
    if (text.startsWith("\\") && text.indexOf('\n') < 0) {
      return SystemCommands.run(context, text.substring(1).strip());
    }
    return Builtins.evaluate(context, text, true);
  }

  /**
   * Does what a q server does with an incoming message.
   *
   * @param message text is evaluated; a symbol is looked up; a list is its first item applied to
   *     the others, which are taken literally; anything else is itself
   * @throws QError where it fails
   */
  public Value value(Value message) {
    if (Vectors.isText(message)) {
      return evaluate(Vectors.text(message));
    }
    if (message instanceof SymbolAtom || (message instanceof Vector v && v.length() > 0)) {
      return guarded(() -> Builtins.value(context, message));
    }
    return message;
  }

  /**
   * Where a line cannot be parsed, as q's console shows it: the line, and a caret under the place.
   * Nothing is evaluated.
   *
   * @param word the error that the line gave somewhere
   * @return two lines; null where the line can be parsed, or fails with another error
   */
  public static @Nullable String misplaced(String line, String word) {
    if (line.startsWith("\\") || line.startsWith("k)") || line.indexOf('\n') >= 0) {
      return null;
    }
    try {
      Expr.Sequence unused = Parser.parse(line, "");
      return null;
    } catch (QError e) {
      int position = e.position();
      return e.word().equals(word) && position >= 0 && position <= line.length()
          ? Backtrace.place(0, line, position)
          : null;
    }
  }

  /** How this interpreter's console prints now: {@code \c} and {@code \P} change it. */
  public DisplayOptions display() {
    return context.display;
  }

  /** What may be sent: views, and those in a namespace, are their values. */
  private Value settled(Value value) {
    if (value instanceof View view) {
      return view.value(context);
    }
    if (!(value instanceof Dictionary d) || !(d.values() instanceof ListVector values)) {
      return value;
    }
    Value[] items = Vectors.items(values);
    boolean changed = false;
    for (int i = 0; i < items.length; i++) {
      if (items[i] instanceof View view) {
        items[i] = view.value(context);
        changed = true;
      }
    }
    return changed ? new Dictionary(d.keys(), ListVector.of(items), d.step()) : value;
  }

  private Value guarded(Supplier<Value> body) {
    context.start();
    Meter meter = Meter.here();
    Context before = meter.work(context);
    try {
      Value value = settled(body.get());
      if (Nesting.tooDeep(value)) {
        throw new QError("limit", "a result nested deeper than " + Nesting.MAX_DEPTH);
      }
      return value;
    } catch (StackOverflowError e) {
      // A value nested very deep, met by what goes through it recursively.
      throw new QError("stack", "a value or an expression is nested too deep");
    } catch (QError e) {
      throw e;
    } catch (RuntimeException e) {
      throw new QError(INTERNAL, "a defect of this interpreter: " + e);
    } catch (OutOfMemoryError e) {
      throw new QError("wsfull", "out of memory");
    } finally {
      Context unused = meter.work(before);
    }
  }
}
