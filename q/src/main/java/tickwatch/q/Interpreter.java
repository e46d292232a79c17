package tickwatch.q;

import java.time.Clock;
import tickwatch.ipc.value.Value;

/**
 * Evaluates q.
 *
 * <p>A sandbox: nothing in it reaches a file, a process or a socket, and {@link Limits} bound what
 * one evaluation takes. Whatever the text, the outcome is a value or a {@link QError}.
 *
 * <p><b>Threads.</b> One evaluation at a time; cheap to make, so each thread takes its own. An
 * interrupt ends the evaluation with {@code stop}.
 */
public final class Interpreter {
  public Interpreter(Globals globals, Clock clock, Limits limits) {}

  /**
   * Evaluates text: one or several statements, separated by semicolons or newlines.
   *
   * @return the value of the last; {@code ::} where it yields none, as an assignment
   * @throws QError where it fails
   */
  public Value evaluate(String text) {
    throw new UnsupportedOperationException();
  }

  /**
   * Does what a q server does with an incoming message.
   *
   * @param message text is evaluated; a symbol is looked up; a list is its first item applied to
   *     the others, which are taken literally; anything else is itself
   * @throws QError where it fails
   */
  public Value value(Value message) {
    throw new UnsupportedOperationException();
  }
}
