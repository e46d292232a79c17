package tickwatch.series;

import java.lang.reflect.Constructor;
import java.util.Optional;

/**
 * Whether this JVM offers the Vector API, which is an incubator module: it is there when the JVM
 * was started with {@code --add-modules jdk.incubator.vector}. The classes that use it are compiled
 * apart and reached by name, so that nothing else needs the module. They compute bit for bit what
 * their scalar counterparts compute.
 */
public final class VectorUnit {
  private VectorUnit() {}

  /** Whether the module is there. */
  public static boolean isOn() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /**
   * A fresh instance of the class with the given name, or nothing where the module is missing or
   * the processor's vectors are narrower than the 256 bits the class is written for.
   */
  public static <T> Optional<T> load(Class<T> type, String className) {
    if (!isOn()) {
      return Optional.empty();
    }
    try {
      Constructor<?> constructor = Class.forName(className).getDeclaredConstructor();
      constructor.setAccessible(true);
      return Optional.of(type.cast(constructor.newInstance()));
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty();
    }
  }
}
