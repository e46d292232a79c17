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

  // The one that javac makes is put together when it is first asked, which a start would wait for.
  @Override
  public int hashCode() {
    return parts.hashCode();
  }
}
