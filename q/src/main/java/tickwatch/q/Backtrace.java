package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Value;

/**
 * Who called whom when an error happened, as a value: a list of frames, innermost first, each a
 * name, a text and a position in it, and the frame's number.
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
      out[i] =
          ListVector.of(
              Vectors.string(names[i]),
              Vectors.string(code == null ? frame.text : code.source()),
              LongAtom.of(code == null ? frame.position : frame.position - code.from()));
    }
    return ListVector.of(out);
  }

  /** What a native function in the middle of a backtrace looks like. */
  static Value trap(String name) {
    return ListVector.of(
        Vectors.string(""), Vectors.string("(" + name + ")"), LongAtom.of(Long.MIN_VALUE));
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

  /** The text of a backtrace: for each frame its text and a caret under the place. */
  static String text(Value backtrace) {
    StringBuilder out = new StringBuilder();
    Value[] frames = Vectors.items(backtrace);
    for (int i = 0; i < frames.length; i++) {
      Value[] parts = Vectors.items(frames[i]);
      String head = "  [" + (frames.length - 1 - i) + "]  ";
      String name = Vectors.text(parts[0]);
      String text = Vectors.text(parts[1]);
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
