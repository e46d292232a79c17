package tickwatch.q;

import java.util.List;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/** A native function that a host offers under a name, as {@code .u.sub}. To q it is a lambda. */
public abstract class HostFunction implements Function {
  private final String name;
  private final int rank;

  /**
   * @param name fully qualified
   * @param rank the number of arguments, 1 to 8; fewer make a projection
   */
  protected HostFunction(String name, int rank) {
    if (rank < 1 || rank > 8) {
      throw new IllegalArgumentException("rank of " + name + ": " + rank + " (expected: 1 to 8)");
    }
    this.name = name;
    this.rank = rank;
  }

  public final String name() {
    return name;
  }

  public final int rank() {
    return rank;
  }

  /**
   * Applies this function.
   *
   * @param args as many as the rank; {@code ::} where the caller gave none
   * @throws QError for the caller
   */
  public abstract Value apply(List<Value> args);

  @Override
  public final QType type() {
    return QType.LAMBDA;
  }

  @Override
  public final Value sent() {
    return Functions.callOf(name, rank);
  }
}
