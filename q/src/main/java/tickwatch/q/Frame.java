package tickwatch.q;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Value;

/** Where names are looked up while an expression is evaluated. */
final class Frame {
  final Context context;
  final String namespace;
  final List<String> localNames;
  final @Nullable Value[] locals;

  /** The columns of the query whose phrase is being evaluated. */
  @Nullable Rows rows;

  /** The text that positions are positions in. */
  String text = "";

  /** What {@code .z.s} is. */
  final @Nullable Value self;

  /** The code that runs here; null for text at the top level. */
  Expr.@Nullable Code code;

  /** Who called, for a backtrace; null at the top. */
  @Nullable Frame caller;

  /** Where in the text the application stands that is being evaluated. */
  int position;

  Frame(
      Context context,
      String namespace,
      List<String> localNames,
      @Nullable Value[] locals,
      @Nullable Value self) {
    this.context = context;
    this.namespace = namespace;
    this.localNames = localNames;
    this.locals = locals;
    this.self = self;
  }

  /** A frame for text at the top level. */
  static Frame top(Context context) {
    return new Frame(context, context.namespace, List.of(), new @Nullable Value[0], null);
  }

  /** The same variables, and columns before them. */
  Frame over(Rows wanted) {
    Frame frame = new Frame(context, namespace, localNames, locals, self);
    frame.rows = wanted;
    frame.text = text;
    frame.code = code;
    frame.caller = caller;
    frame.position = position;
    return frame;
  }

  String source() {
    return text;
  }
}
