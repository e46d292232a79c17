package tickwatch.ipc.value;

import java.util.List;

/**
 * Functions applied one after the other.
 *
 * @param parts the outermost first
 */
public record Composition(List<Value> parts) implements Function {
  public Composition {
    parts = List.copyOf(parts);
  }

  @Override
  public QType type() {
    return QType.COMPOSITION;
  }
}
