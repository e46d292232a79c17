package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.UnaryPrimitive;
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
  private final List<String> inputs;
  private final List<String> dependencies;
  private volatile @Nullable Computed computed;

  /** Whether it is being computed, by the thread that evaluates. */
  private boolean isComputing;

  private View(String text, String namespace, Expr expr) {
    this.text = text;
    this.namespace = namespace;
    this.expr = expr;
    this.inputs = names(expr);
    List<String> surely = new ArrayList<>();
    new Names(false).of(expr, surely);
    this.dependencies = surely;
  }

  /** The view that an assignment makes; null where its value depends on no variable. */
  static @Nullable View of(Expr.Assign assign, Frame frame) {
    refuseLoop(assign);
    String text = frame.text;
    String rest = text.substring(Math.min(text.length(), assign.position() + 2));
    return of(assign.value(), rest.substring(0, end(rest, true)).strip(), frame.namespace);
  }

  /**
   * The view that a text makes which begins with {@code v::}: all of its first line is the view's.
   * Null where the assignment makes none, or nothing follows it in its line.
   */
  static @Nullable View ofLine(Expr.Assign assign, String text, String namespace) {
    refuseLoop(assign);
    String rest = text.substring(Math.min(text.length(), assign.position() + 2));
    int line = end(rest, false);
    return end(rest, true) == line || of(assign.value(), "", namespace) == null
        ? null
        : of(Parser.parse(rest.substring(0, line), namespace), rest.substring(0, line), namespace);
  }

  /** {@code a::b::a}: each would be what the other is. */
  private static void refuseLoop(Expr.Assign assign) {
    if (assign.value() instanceof Expr.Assign inner
        && inner.global()
        && names(inner.value()).contains(assign.target().name)) {
      throw new QError("loop", "a view of a variable that depends on it");
    }
  }

  private static @Nullable View of(Expr value, String text, String namespace) {
    return names(value).isEmpty() ? null : new View(text.strip(), namespace, value);
  }

  /** Where the first statement of a text ends, or its first line, before a remark. */
  private static int end(String text, boolean statement) {
    int depth = 0;
    int end = 0;
    for (Token token : Lexer.tokens(text)) {
      depth += token.kind() == Token.Kind.OPEN ? 1 : token.kind() == Token.Kind.CLOSE ? -1 : 0;
      boolean ends =
          switch (token.kind()) {
            case SEMICOLON -> depth == 0 && statement;
            case NEWLINE -> depth == 0;
            case END -> true;
            default -> false;
          };
      if (ends) {
        break;
      }
      end = token.to();
    }
    return end;
  }

  /** The names of variables that an expression refers to, in the order they stand in. */
  static List<String> names(Expr expr) {
    List<String> out = new ArrayList<>();
    new Names(true).of(expr, out);
    return out;
  }

  /** What {@code value} gives for it: its last value or ::, parse tree, dependencies and text. */
  Value parts(Context context) {
    Computed last = computed;
    Value value = last == null || isPending(context) ? UnaryPrimitive.IDENTITY : last.value;
    return ListVector.of(
        value,
        Builtins.parse(context, Vectors.string(text)),
        Vectors.symbols(dependencies),
        Vectors.string(text));
  }

  /** How many statements it is made of. */
  int statements() {
    return expr instanceof Expr.Sequence s ? s.statements().size() : 1;
  }

  /** Its expression as it was typed. */
  String text() {
    return text;
  }

  /**
   * The variables it depends on, as they were written: as in q without those in the phrases of a
   * query, which may be columns. It is computed again when one of them changes all the same.
   */
  List<String> dependencies() {
    return dependencies;
  }

  /** Whether it has to be computed when it is next referred to. */
  boolean isPending(Context context) {
    Computed last = computed;
    return last == null || !Arrays.equals(last.from, inputs(context));
  }

  private @Nullable Value[] inputs(Context context) {
    @Nullable Value[] out = new @Nullable Value[inputs.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = context.globals.get(Context.qualified(namespace, inputs.get(i)));
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
      Value value =
          Evaluator.statements(
              expr instanceof Expr.Sequence s ? s : new Expr.Sequence(List.of(expr)), frame);
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
    private final boolean inPhrases;

    Names(boolean inPhrases) {
      this.inPhrases = inPhrases;
    }

    void of(@Nullable Expr expr, List<String> out) {
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
        of(e.target(), out);
        of(e.value(), out);
      } else if (expr instanceof Expr.Match e) {
        of(e.value(), out);
      } else if (expr instanceof Expr.MatchCond e) {
        e.parts().forEach(part -> of(part, out));
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
        of(e.limit(), out);
        if (inPhrases) {
          all(e.where(), out);
          columns(e.columns(), out);
          List<Expr.Column> by = e.by();
          columns(by == null ? List.of() : by, out);
        }
      } else if (expr instanceof Expr.TableText e) {
        columns(e.keys(), out);
        columns(e.values(), out);
      }
    }

    private void all(List<? extends @Nullable Expr> exprs, List<String> out) {
      for (Expr expr : exprs) {
        of(expr, out);
      }
    }

    private void columns(List<Expr.Column> columns, List<String> out) {
      for (Expr.Column column : columns) {
        of(column.value(), out);
      }
    }
  }
}
