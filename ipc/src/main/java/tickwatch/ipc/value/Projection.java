package tickwatch.ipc.value;

import java.util.List;

/**
 * A function with some of its arguments.
 *
 * @param parts the function, then its arguments; {@link UnaryPrimitive#ELIDED} where one is left
 *     open
 */
public record Projection(List<Value> parts) implements Function {
  public Projection {
    parts = List.copyOf(parts);
  }

  @Override
  public QType type() {
    return QType.PROJECTION;
  }
}
