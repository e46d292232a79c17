package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Each, over, scan, prior, each-right and each-left. */
final class Iterators {
  private static final int EACH = 0;
  private static final int OVER = 1;
  private static final int SCAN = 2;
  private static final int PRIOR = 3;
  private static final int RIGHT = 4;
  private static final int LEFT = 5;

  private Iterators() {}

  static Value apply(Context context, Derived d, Value[] args) {
    context.step();
    Value f = d.function();
    return switch (d.iterator()) {
      case EACH -> each(context, f, args);
      case OVER, SCAN -> accumulate(context, f, args, d.iterator() == SCAN);
      case PRIOR -> prior(context, f, args);
      case RIGHT -> {
        if (args.length == 1) {
          yield Strings.sv(context, f, args[0]);
        }
        requireTwo(args);
        yield mapItems(context, args[1], item -> Functions.apply(context, f, args[0], item));
      }
      case LEFT -> {
        if (args.length == 1) {
          yield Strings.vs(context, f, args[0]);
        }
        requireTwo(args);
        yield mapItems(context, args[0], item -> Functions.apply(context, f, item, args[1]));
      }
      default -> throw QError.nyi("the iterator " + d.iterator());
    };
  }

  private static void requireTwo(Value[] args) {
    if (args.length != 2) {
      throw QError.rank(args.length + " arguments (expected: 2)");
    }
  }

  private static Value mapItems(Context context, Value x, Atomic.One f) {
    if (x instanceof Dictionary d) {
      Value out = mapItems(context, d.values(), f);
      return new Dictionary(d.keys(), out);
    }
    if (Vectors.isAtom(x)) {
      return f.apply(x);
    }
    int count = x.count();
    Value[] out = new Value[count];
    for (int i = 0; i < count; i++) {
      context.step();
      out[i] = f.apply(Vectors.itemAt(x, i));
    }
    return context.charge(Vectors.collapse(out));
  }

  // ---- each

  static Value each(Context context, Value f, Value[] args) {
    if (args.length == 1) {
      return mapItems(context, args[0], item -> Functions.apply(context, f, item));
    }
    if (f instanceof Vector cases && Vectors.isIntegral(cases.type())) {
      return pickCases(cases, args);
    }
    Value keys = null;
    int count = -1;
    for (Value arg : args) {
      if (Vectors.isAtom(arg)) {
        continue;
      }
      if (arg instanceof Dictionary d && keys == null) {
        keys = d.keys();
      }
      if (count >= 0 && count != arg.count()) {
        throw QError.length(count, arg.count());
      }
      count = arg.count();
    }
    if (count < 0) {
      return Functions.apply(context, f, args);
    }
    if (args.length == 2
        && args[0] instanceof Table a
        && args[1] instanceof Table b
        && f.equals(Verbs.operator(","))) {
      return Lists.beside(a, b);
    }
    Value[] out = new Value[count];
    for (int i = 0; i < count; i++) {
      context.step();
      Value[] one = new Value[args.length];
      for (int a = 0; a < one.length; a++) {
        one[a] = itemOf(context, args[a], keys, i);
      }
      out[i] = Functions.apply(context, f, one);
    }
    Value result = context.charge(Vectors.collapse(out));
    return keys == null ? result : new Dictionary(keys, result);
  }

  private static Value itemOf(Context context, Value arg, @Nullable Value keys, int i) {
    if (Vectors.isAtom(arg)) {
      return arg;
    }
    if (arg instanceof Dictionary d) {
      return keys == null || d.keys().equals(keys)
          ? Vectors.itemAt(d.values(), i)
          : Indexing.at(context, d, Vectors.itemAt(keys, i));
    }
    return Vectors.itemAt(arg, i);
  }

  private static Value pickCases(Vector cases, Value[] args) {
    int[] indexes = Vectors.indexes(cases);
    Value[] out = new Value[indexes.length];
    for (int i = 0; i < out.length; i++) {
      if (indexes[i] < 0 || indexes[i] >= args.length) {
        throw new QError("index", "case " + indexes[i] + " of " + args.length);
      }
      Value arg = args[indexes[i]];
      out[i] = Vectors.isAtom(arg) ? arg : Vectors.itemAt(arg, i);
    }
    return Vectors.list(out);
  }

  // ---- over and scan

  private static boolean isUnary(Context context, Value f) {
    if (!(f instanceof Function)) {
      // A matrix, and functions of states: the second index is what comes.
      return !(f instanceof ListVector rows
          && rows.length() > 0
          && (rows.get(0) instanceof Vector || Functions.isFunction(rows.get(0))));
    }
    if (f instanceof Derived d) {
      return switch (d.iterator()) {
        case RIGHT, LEFT -> false;
        case EACH -> isUnary(context, d.function());
        default -> true;
      };
    }
    return Functions.rank(context, f) == 1 || f.equals(Verbs.enlist());
  }

  static Value accumulate(Context context, Value f, Value[] args, boolean scan) {
    if (args.length == 2 && Vectors.isFloating(f.type())) {
      return geometric(context, f, args[0], args[1], scan);
    }
    if (isUnary(context, f)) {
      if (args.length == 1) {
        return converge(context, f, args[0], scan);
      }
      if (args.length == 2) {
        return repeat(context, f, args[0], args[1], scan);
      }
      throw QError.rank(args.length + " arguments (expected: 1 or 2)");
    }
    if (args.length == 1) {
      Value known = knownFold(context, f, args[0], scan);
      if (known != null) {
        return known;
      }
      return fold(context, f, null, new Value[] {args[0]}, scan);
    }
    return fold(context, f, args[0], Arrays.copyOfRange(args, 1, args.length), scan);
  }

  /** {@code x f\y} with floats for f: {@code {z+x*y}\[x;f;y]}. */
  private static Value geometric(Context context, Value f, Value x, Value y, boolean scan) {
    int count = y.count();
    if (f instanceof Vector v && v.length() != count) {
      throw QError.length(v.length(), count);
    }
    Value[] steps = new Value[count];
    Value last = x;
    for (int i = 0; i < count; i++) {
      context.step();
      Value factor = f instanceof Vector v ? v.item(i) : f;
      Value item = Vectors.isAtom(y) ? y : Vectors.itemAt(y, i);
      last =
          Arithmetic.apply(
              Arithmetic.Op.ADD, item, Arithmetic.apply(Arithmetic.Op.MULTIPLY, last, factor));
      steps[i] = last;
    }
    return scan ? Vectors.collapse(steps) : last;
  }

  private static @Nullable Value knownFold(Context context, Value f, Value x, boolean scan) {
    if (!(f instanceof BinaryPrimitive p) || Vectors.isAtom(x)) {
      return null;
    }
    Aggregate aggregate = Verbs.foldOf(p.code());
    if (aggregate != null) {
      return scan ? Moving.running(context, aggregate, x) : aggregate.of(context, x);
    }
    return !scan && f.equals(Verbs.operator(",")) ? Lists.raze(context, x) : null;
  }

  private static Value converge(Context context, Value f, Value x, boolean scan) {
    List<Value> steps = new ArrayList<>();
    Value last = x;
    steps.add(last);
    while (true) {
      context.step();
      Value next = Functions.apply(context, f, last);
      if (Match.same(next, last) || Match.same(next, x)) {
        break;
      }
      last = next;
      if (scan) {
        steps.add(last);
      }
    }
    return scan ? Vectors.collapse(steps.toArray(new Value[0])) : last;
  }

  private static Value repeat(Context context, Value f, Value times, Value x, boolean scan) {
    List<Value> steps = new ArrayList<>();
    Value last = x;
    steps.add(last);
    boolean count = times instanceof Atom && Vectors.isIntegral(times.type());
    long left = count ? Vectors.longOf(times) : 0;
    if (count && left < 0) {
      throw QError.domain("a function done " + left + " times");
    }
    while (count ? left-- > 0 : Evaluator.isTrue(Functions.apply(context, times, last))) {
      context.step();
      last = Functions.apply(context, f, last);
      if (scan) {
        steps.add(last);
        context.charge(last);
      }
    }
    return scan ? Vectors.collapse(steps.toArray(new Value[0])) : last;
  }

  private static Value fold(
      Context context, Value f, @Nullable Value start, Value[] rights, boolean scan) {
    int count = -1;
    Value keys = null;
    for (Value right : rights) {
      if (!Vectors.isAtom(right)) {
        if (count >= 0 && count != right.count()) {
          throw QError.length(count, right.count());
        }
        count = right.count();
        if (right instanceof Dictionary d && keys == null) {
          keys = d.keys();
        }
      }
    }
    if (count < 0) {
      if (start == null) {
        return rights[0];
      }
      Value[] args = new Value[rights.length + 1];
      args[0] = start;
      System.arraycopy(rights, 0, args, 1, rights.length);
      return Functions.apply(context, f, args);
    }
    List<Value> steps = new ArrayList<>();
    Value last = start;
    int from = 0;
    if (last == null) {
      if (count == 0) {
        Value identity = identity(f, rights[0]);
        return scan ? Vectors.EMPTY_LIST : identity == null ? Vectors.EMPTY_LIST : identity;
      }
      Value first = itemOf(context, rights[0], keys, 0);
      last = f.equals(Verbs.operator(",")) ? Vectors.enlist(first) : first;
      steps.add(last);
      from = 1;
    }
    for (int i = from; i < count; i++) {
      context.step();
      Value[] args = new Value[rights.length + 1];
      args[0] = last;
      for (int a = 0; a < rights.length; a++) {
        args[a + 1] = itemOf(context, rights[a], keys, i);
      }
      last = Functions.apply(context, f, args);
      if (scan) {
        steps.add(last);
      }
    }
    if (!scan) {
      return last;
    }
    Value out = Vectors.collapse(steps.toArray(new Value[0]));
    return keys == null ? out : new Dictionary(keys, out);
  }

  /** What an operator leaves other values of the kind of this list as they are with; or null. */
  static @Nullable Value identity(Value f, Value list) {
    if (!(f instanceof BinaryPrimitive p)) {
      return null;
    }
    return switch (p.code()) {
      case 1, 2 -> zero(list, 0);
      case 3, 4 -> zero(list, 1);
      case 12 -> Vectors.EMPTY_LIST;
      default -> null;
    };
  }

  private static Value zero(Value list, long item) {
    QType type = list.type();
    return Vectors.isIntegral(type)
        ? Vectors.atomOfLong(Arithmetic.small(type), item)
        : Vectors.isFloating(type) ? Vectors.atomOfDouble(type, (double) item) : LongAtom.of(item);
  }

  // ---- prior

  private static Value prior(Context context, Value f, Value[] args) {
    if (f instanceof Function && isUnary(context, f)) {
      return each(context, f, args);
    }
    Value x = args[args.length - 1];
    if (x instanceof Dictionary d) {
      Value[] inner = args.clone();
      inner[inner.length - 1] = d.values();
      return new Dictionary(d.keys(), prior(context, f, inner));
    }
    if (Vectors.isAtom(x)) {
      return args.length == 2 ? Functions.apply(context, f, x, args[0]) : x;
    }
    int count = x.count();
    if (count == 0) {
      return x instanceof Vector v && f instanceof BinaryPrimitive ? v : Vectors.EMPTY_LIST;
    }
    Value seed = args.length == 2 ? args[0] : identity(f, x);
    boolean joins = f.equals(Verbs.operator(","));
    Value[] out = new Value[count];
    if (x instanceof Vector v
        && !(v instanceof ListVector)
        && f instanceof BinaryPrimitive p
        && Verbs.binary(p.code()).atomic()) {
      Value previous = seed == null ? Vectors.nullOf(v.type()) : seed;
      Value rest = Functions.apply(context, f, v, Lists.shift(v, 1));
      Value first = Functions.apply(context, f, v.item(0), previous);
      if (rest instanceof Vector r && first instanceof Atom) {
        Vector head = Vectors.listOf(first);
        if (head.type() == r.type()) {
          return Vectors.join(head, r.slice(1, count));
        }
      }
    }
    Value previous = seed == null ? nullLike(x) : seed;
    for (int i = 0; i < count; i++) {
      context.step();
      Value item = Vectors.itemAt(x, i);
      out[i] =
          i == 0 && joins && args.length == 1 ? item : Functions.apply(context, f, item, previous);
      previous = item;
    }
    return context.charge(Vectors.collapse(out));
  }

  private static Value nullLike(Value x) {
    if (x instanceof ListVector list) {
      return list.length() > 0 && list.get(0) instanceof Atom first
          ? Vectors.nullOf(first.type())
          : Vectors.EMPTY_LIST;
    }
    return x instanceof Vector v ? Vectors.nullOf(v.type()) : UnaryPrimitive.IDENTITY;
  }
}
