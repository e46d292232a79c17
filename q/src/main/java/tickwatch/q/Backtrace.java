package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

/**
 * Who called whom when an error happened, as a value that q's clients know how to read: a list of
 * frames, innermost first, each of
 *
 * <pre>
 *   (enlist function; (name; file; line; text); position in the text; number)
 * </pre>
 *
 * <p>There are no files here; lines are 0. Frames are numbered from 0 at the outermost one.
 */
final class Backtrace {
  private Backtrace() {}

  static Value from(Frame innermost) {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = innermost; frame != null; frame = frame.caller) {
      frames.add(frame);
    }
    String[] names = new String[frames.size()];
    String above = "";
    String text = "";
    for (int i = names.length - 1; i >= 0; i--) {
      Frame frame = frames.get(i);
      String name = nameOf(frame);
      if (name.isEmpty() && frame.code != null && frame.text.equals(text) && !above.isEmpty()) {
        name = above.endsWith("@") ? above : above + "@";
      }
      names[i] = name;
      above = name;
      text = frame.text;
    }
    Value[] out = new Value[names.length];
    for (int i = 0; i < out.length; i++) {
      Frame frame = frames.get(i);
      Expr.Code code = frame.code;
      Value self = frame.self;
      out[i] =
          frame(
              self == null ? UnaryPrimitive.IDENTITY : self,
              names[i],
              code == null ? frame.text : code.source(),
              code == null ? frame.position : frame.position - code.from());
    }
    return ListVector.of(out);
  }

  private static ListVector frame(Value function, String name, String text, long position) {
    return ListVector.of(
        ListVector.of(function),
        ListVector.of(
            Vectors.string(name), Vectors.string(""), LongAtom.of(0), Vectors.string(text)),
        LongAtom.of(position),
        LongAtom.of(0));
  }

  /** The frames of a trapped error: those inside the trap, the trap itself, and those outside. */
  static Value around(Value frames, int outside, String trap) {
    List<Value> all = new ArrayList<>(List.of(Vectors.items(frames)));
    Verb verb = Builtins.verb(trap);
    all.add(
        all.size() - outside,
        frame(verb == null ? UnaryPrimitive.IDENTITY : verb, "", "(" + trap + ")", Long.MIN_VALUE));
    for (int i = 0; i < all.size(); i++) {
      Value[] parts = Vectors.items(all.get(i));
      parts[parts.length - 1] = LongAtom.of(all.size() - 1 - i);
      all.set(i, ListVector.of(parts));
    }
    return ListVector.of(all.toArray(new Value[0]));
  }

  private static String nameOf(Frame frame) {
    if (!(frame.self instanceof Lambda lambda)) {
      return "";
    }
    for (String name : frame.context.globals.names()) {
      if (lambda.equals(frame.context.globals.get(name))) {
        return name;
      }
    }
    return "";
  }

  /** A text and a caret under a place in it, as one frame of a backtrace. */
  static String place(int number, String text, int position) {
    String head = "  [" + number + "]  ";
    return head + text + "\n" + " ".repeat(head.length() + position) + "^\n";
  }

  /** The text of a backtrace: for each frame its text and a caret under the place. */
  static String text(Value backtrace) {
    StringBuilder out = new StringBuilder();
    Value[] frames = Vectors.items(backtrace);
    for (int i = 0; i < frames.length; i++) {
      Value[] parts = Vectors.items(frames[i]);
      if (parts.length != 4 || !(parts[1] instanceof ListVector place) || place.length() != 4) {
        throw QError.type("a frame of " + parts.length + " parts (expected: one of a backtrace)");
      }
      String head = "  [" + Vectors.longOf(parts[3]) + "]  ";
      String name = Vectors.text(place.get(0));
      String text = Vectors.text(place.get(3));
      long position = Vectors.longOf(parts[2]);
      out.append(head).append(name.isEmpty() ? "" : name + ":").append(text).append('\n');
      if (position >= 0) {
        int column = head.length() + (name.isEmpty() ? 0 : name.length() + 1) + (int) position;
        out.append(" ".repeat(column)).append('^');
      }
      out.append('\n');
    }
    return out.toString();
  }
}
