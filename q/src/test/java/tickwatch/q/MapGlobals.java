package tickwatch.q;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Value;

/** Variables in a map. */
final class MapGlobals implements Globals {
  private final Map<String, Value> values = new TreeMap<>();

  @Override
  public @Nullable Value get(String name) {
    return values.get(name);
  }

  @Override
  public void set(String name, Value value) {
    values.put(name, value);
  }

  @Override
  public void remove(String name) {
    values.remove(name);
  }

  @Override
  public Collection<String> names() {
    return values.keySet();
  }
}
