package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Columns' expressions evaluated for every group at once.
 *
 * <p>What is atomic is evaluated on all rows; the aggregates of that go over the rows once, all of
 * them together ({@link Sweep}); what is atomic on those runs over the groups. Anything else is
 * evaluated group by group on the rows of each.
 */
final class Grouped {
  private enum Shape {
    CONSTANT,
    ROWS,
    GROUPS
  }

  /** A value that may not be there before the rows were gone through. */
  private static final class Part {
    final Shape shape;
    private @Nullable Value value;
    private final Supplier<Value> later;

    Part(Shape shape, Value value) {
      this.shape = shape;
      this.value = value;
      this.later = () -> value;
    }

    Part(Shape shape, Supplier<Value> later) {
      this.shape = shape;
      this.later = later;
    }

    Value value() {
      Value known = value;
      if (known == null) {
        known = later.get();
        value = known;
      }
      return known;
    }
  }

  private final Rows rows;
  private final Groups groups;
  private final Frame frame;
  private final List<Sweep.Sums> sums = new ArrayList<>();

  private Grouped(Rows rows, Groups groups, Frame frame) {
    this.rows = rows;
    this.groups = groups;
    this.frame = frame.over(rows);
  }

  /** The expressions' values for each group, as columns of as many. */
  static List<Vector> columns(List<Expr> exprs, Rows rows, Groups groups, Frame frame) {
    Grouped grouped = new Grouped(rows, groups, frame);
    List<@Nullable Part> parts = new ArrayList<>(exprs.size());
    for (Expr expr : exprs) {
      parts.add(grouped.part(expr));
    }
    Sweep.run(frame.context, grouped.sums);
    List<Vector> out = new ArrayList<>(exprs.size());
    for (int i = 0; i < exprs.size(); i++) {
      out.add(grouped.column(exprs.get(i), parts.get(i)));
    }
    return out;
  }

  private Vector column(Expr expr, @Nullable Part part) {
    if (part == null) {
      Value out = Vectors.collapse(oneByOne(expr));
      return out instanceof Vector v ? v : ListVector.of(Vectors.items(out));
    }
    return switch (part.shape) {
      case CONSTANT ->
          part.value() instanceof Atom
              ? Vectors.repeat(part.value(), groups.count)
              : ListVector.of(filled(groups.count, part.value()));
      case GROUPS -> (Vector) part.value();
      case ROWS -> nested((Vector) part.value());
    };
  }

  /** The expression's value for each group, spread over its rows. */
  static Vector rows(Expr expr, Rows rows, Groups groups, Frame frame) {
    Grouped grouped = new Grouped(rows, groups, frame);
    Part part = grouped.part(expr);
    Sweep.run(frame.context, grouped.sums);
    if (part != null) {
      return switch (part.shape) {
        case CONSTANT -> Evaluator.column(part.value(), rows.count());
        case ROWS -> (Vector) part.value();
        case GROUPS -> grouped.spread((Vector) part.value());
      };
    }
    if (groups.count == 0) {
      return grouped.ofNoGroup(expr);
    }
    Value[] each = grouped.oneByOne(expr);
    Value[] out = new Value[rows.count()];
    for (int g = 0; g < each.length; g++) {
      int[] mine = groups.rows(g);
      Value value = each[g];
      if (!Vectors.isAtom(value) && value.count() != mine.length) {
        throw QError.length(value.count(), mine.length);
      }
      Meter meter = Meter.here();
      for (int i = 0; i < mine.length; i++) {
        meter.pass();
        out[mine[i]] = Vectors.isAtom(value) ? value : Vectors.itemAt(value, i);
      }
    }
    return Vectors.list(out);
  }

  private static Value[] filled(int count, Value value) {
    Value[] out = new Value[count];
    Arrays.fill(out, value);
    return out;
  }

  private Value[] oneByOne(Expr expr) {
    Value[] out = new Value[groups.count];
    for (int g = 0; g < out.length; g++) {
      frame.context.step();
      out[g] = Evaluator.evaluate(expr, frame.over(rows.pick(groups.rows(g))));
    }
    return out;
  }

  /** No items, of the type that the expression has for no rows. */
  private Vector ofNoGroup(Expr expr) {
    try {
      Value value = Evaluator.evaluate(expr, frame.over(rows));
      return value instanceof Atom
          ? Vectors.emptyOf(value.type())
          : value instanceof Vector v && v.length() == 0 ? v : Vectors.EMPTY_LIST;
    } catch (QError e) {
      // It wants rows, and there are none to ask it for.
      return Vectors.EMPTY_LIST;
    }
  }

  /** For each group the list of its items. */
  private Vector nested(Vector vector) {
    Value[] out = new Value[groups.count];
    for (int g = 0; g < out.length; g++) {
      int[] mine = groups.rows(g);
      out[g] = Vectors.at(vector, mine, mine.length);
    }
    frame.context.charge(vector);
    return ListVector.of(out);
  }

  private Vector spread(Vector perGroup) {
    return Vectors.at(perGroup, groups.ids(), groups.length());
  }

  /** The value in one go; null where it has to be done group by group. */
  private @Nullable Part part(Expr expr) {
    if (expr instanceof Expr.Constant c) {
      return new Part(Shape.CONSTANT, c.value());
    }
    if (expr instanceof Expr.Name name) {
      Value column = rows.named(frame.context, name.name);
      return column != null
          ? new Part(Shape.ROWS, column)
          : new Part(Shape.CONSTANT, Evaluator.evaluate(name, frame));
    }
    if (!(expr instanceof Expr.Apply apply)
        || !(apply.function() instanceof Expr.Constant function)) {
      return null;
    }
    Verb verb = Verbs.of(function.value());
    if (verb == null) {
      return null;
    }
    @Nullable Expr[] exprs = apply.args();
    if (verb.aggregate() == Aggregate.COUNT
        && exprs.length == 1
        && exprs[0] instanceof Expr.Name counted
        && rows.has(counted.name)) {
      return new Part(Shape.GROUPS, Vectors.longVector(groups.sizes(), groups.count));
    }
    Part[] args = new Part[exprs.length];
    for (int i = exprs.length - 1; i >= 0; i--) {
      Expr arg = exprs[i];
      Part part = arg == null ? null : part(arg);
      if (part == null) {
        return null;
      }
      args[i] = part;
    }
    if (args.length == 1) {
      return one(verb, args[0]);
    }
    return args.length == 2 ? two(verb, args[0], args[1]) : null;
  }

  private @Nullable Part one(Verb verb, Part x) {
    Aggregate aggregate = verb.aggregate();
    if (aggregate != null) {
      if (x.shape != Shape.ROWS) {
        return null;
      }
      Vector vector = (Vector) x.value();
      boolean any =
          aggregate == Aggregate.COUNT
              || aggregate == Aggregate.FIRST
              || aggregate == Aggregate.LAST;
      if (vector instanceof ListVector && !any) {
        return null;
      }
      Sweep.Sums summed = aggregate.sums(vector, groups);
      return summed == null
          ? new Part(Shape.GROUPS, frame.context.charge(aggregate.ofGroups(vector, groups)))
          : summedUp(summed);
    }
    if (!verb.atomic() || x.shape == Shape.CONSTANT) {
      return null;
    }
    return applied(x.shape, () -> Functions.apply(frame.context, verb, x.value()));
  }

  private Part summedUp(Sweep.Sums summed) {
    sums.add(summed);
    return new Part(Shape.GROUPS, () -> frame.context.charge(summed.result()));
  }

  /** Of rows at once, since an aggregate may want them; of groups once these are there. */
  private static Part applied(Shape shape, Supplier<Value> value) {
    return shape == Shape.ROWS ? new Part(shape, value.get()) : new Part(shape, value);
  }

  private @Nullable Part two(Verb verb, Part x, Part y) {
    PairAggregate pair = verb.pairAggregate();
    if (pair != null) {
      if (x.shape != Shape.ROWS
          || y.shape != Shape.ROWS
          || x.value() instanceof ListVector
          || y.value() instanceof ListVector) {
        return null;
      }
      return summedUp(pair.sums((Vector) x.value(), (Vector) y.value(), groups));
    }
    if (!verb.atomic()) {
      return null;
    }
    if ((x.shape == Shape.CONSTANT && y.shape == Shape.CONSTANT) || !isScalar(x) || !isScalar(y)) {
      return null;
    }
    boolean perRow = x.shape == Shape.ROWS || y.shape == Shape.ROWS;
    if (perRow && (x.shape == Shape.GROUPS || y.shape == Shape.GROUPS)) {
      // What the groups' value is spread over is asked for before the rows were gone through.
      Sweep.run(frame.context, sums);
      sums.clear();
    }
    Shape shape = perRow ? Shape.ROWS : Shape.GROUPS;
    return applied(shape, () -> Functions.apply(frame.context, verb, fit(x, shape), fit(y, shape)));
  }

  private static boolean isScalar(Part part) {
    return part.shape != Shape.CONSTANT || part.value() instanceof Atom;
  }

  private Value fit(Part part, Shape shape) {
    return part.shape == Shape.GROUPS && shape == Shape.ROWS
        ? spread((Vector) part.value())
        : part.value();
  }
}
