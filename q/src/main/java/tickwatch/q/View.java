package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/**
 * {@code v::x+y} at the top level: a variable that is computed when it is referred to, again when
 * one of those it depends on is another value than the last time.
 *
 * <p><b>Threads.</b> The thread that evaluates; what is remembered is a value and what it was
 * computed from, swapped in one write.
 */
final class View implements Function {
  private static final class Computed {
    final @Nullable Value[] from;
    final Value value;

    Computed(@Nullable Value[] from, Value value) {
      this.from = from;
      this.value = value;
    }
  }

  private final String text;
  private final String namespace;
  private final Expr expr;
  private final List<String> dependencies;
  private volatile @Nullable Computed computed;

  /** Whether it is being computed, by the thread that evaluates. */
  private boolean isComputing;

  private View(String text, String namespace, Expr expr, List<String> dependencies) {
    this.text = text;
    this.namespace = namespace;
    this.expr = expr;
    this.dependencies = dependencies;
  }

  /** The view that an assignment makes; null where its value depends on no variable. */
  static @Nullable View of(Expr.Assign assign, Frame frame) {
    List<String> names = new ArrayList<>();
    Names.of(assign.value(), names);
    if (names.isEmpty()) {
      return null;
    }
    String text = frame.text;
    String own = statement(text.substring(Math.min(text.length(), assign.position() + 2)));
    return new View(own, frame.namespace, assign.value(), names);
  }

  /** The first statement of a text, without the remark that may follow it. */
  private static String statement(String text) {
    int depth = 0;
    int end = 0;
    for (Token token : Lexer.tokens(text)) {
      depth += token.kind() == Token.Kind.OPEN ? 1 : token.kind() == Token.Kind.CLOSE ? -1 : 0;
      boolean ends =
          switch (token.kind()) {
            case SEMICOLON, NEWLINE -> depth == 0;
            case END -> true;
            default -> false;
          };
      if (ends) {
        break;
      }
      end = token.to();
    }
    return text.substring(0, end).strip();
  }

  /** Its expression as it was typed. */
  String text() {
    return text;
  }

  /** The variables it depends on, as they were written. */
  List<String> dependencies() {
    return dependencies;
  }

  /** Whether it has to be computed when it is next referred to. */
  boolean isPending(Context context) {
    Computed last = computed;
    return last == null || !Arrays.equals(last.from, inputs(context));
  }

  private @Nullable Value[] inputs(Context context) {
    @Nullable Value[] out = new @Nullable Value[dependencies.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = context.globals.get(Context.qualified(namespace, dependencies.get(i)));
    }
    return out;
  }

  Value value(Context context) {
    @Nullable Value[] inputs = inputs(context);
    Computed last = computed;
    if (last != null && sameObjects(last.from, inputs)) {
      return last.value;
    }
    if (isComputing) {
      // It refers to itself: to what it was before.
      if (last == null) {
        throw new QError("loop", "a view that depends on itself and had no value yet");
      }
      return last.value;
    }
    if (++context.depth > context.limits.maxDepth()) {
      throw new QError("stack", "views nested deeper than " + context.limits.maxDepth());
    }
    isComputing = true;
    try {
      Frame frame = new Frame(context, namespace, List.of(), new @Nullable Value[0], null);
      frame.text = text;
      Value value = Evaluator.statements(new Expr.Sequence(List.of(expr)), frame);
      boolean views = Arrays.stream(inputs).anyMatch(in -> in instanceof View && in != this);
      computed = views ? null : new Computed(inputs, value);
      return value;
    } finally {
      isComputing = false;
      context.depth--;
    }
  }

  private static boolean sameObjects(@Nullable Value[] a, @Nullable Value[] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public QType type() {
    return QType.LAMBDA;
  }

  /** Which names an expression refers to. */
  private static final class Names {
    static void of(@Nullable Expr expr, List<String> out) {
      if (expr instanceof Expr.Name n) {
        if (n.slot < 0 && !out.contains(n.name) && !n.name.startsWith(".z.s")) {
          out.add(n.name);
        }
      } else if (expr instanceof Expr.Items e) {
        all(e.items(), out);
      } else if (expr instanceof Expr.Apply e) {
        of(e.function(), out);
        all(Arrays.asList(e.args()), out);
      } else if (expr instanceof Expr.Derive e) {
        of(e.function(), out);
      } else if (expr instanceof Expr.Assign e) {
        of(e.value(), out);
      } else if (expr instanceof Expr.LambdaText e) {
        of(e.code().body(), out);
      } else if (expr instanceof Expr.Sequence e) {
        all(e.statements(), out);
      } else if (expr instanceof Expr.Cond e) {
        all(e.branches(), out);
      } else if (expr instanceof Expr.Control e) {
        of(e.condition(), out);
        all(e.body(), out);
      } else if (expr instanceof Expr.Return e) {
        of(e.value(), out);
      } else if (expr instanceof Expr.Query e) {
        of(e.from(), out);
        all(e.where(), out);
        columns(e.columns(), out);
        List<Expr.Column> by = e.by();
        columns(by == null ? List.of() : by, out);
        of(e.limit(), out);
      } else if (expr instanceof Expr.TableText e) {
        columns(e.keys(), out);
        columns(e.values(), out);
      }
    }

    private static void all(List<? extends @Nullable Expr> exprs, List<String> out) {
      for (Expr expr : exprs) {
        of(expr, out);
      }
    }

    private static void columns(List<Expr.Column> columns, List<String> out) {
      for (Expr.Column column : columns) {
        of(column.value(), out);
      }
    }
  }
}
