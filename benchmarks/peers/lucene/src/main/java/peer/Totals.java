package peer;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;

/**
 * How many hits were counted: an accessor in Lucene 10, a field in Lucene 9. The handle is a
 * constant to the compiler, so it costs what the call itself would.
 */
final class Totals {
  private static final MethodHandle VALUE = value();

  private Totals() {}

  static long of(TopDocs found) {
    try {
      return (long) VALUE.invokeExact(found.totalHits);
    } catch (Throwable error) {
      throw new IllegalStateException(error);
    }
  }

  private static MethodHandle value() {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      return lookup.findVirtual(TotalHits.class, "value", MethodType.methodType(long.class));
    } catch (ReflectiveOperationException older) {
      try {
        return lookup.findGetter(TotalHits.class, "value", long.class);
      } catch (ReflectiveOperationException error) {
        throw new ExceptionInInitializerError(error);
      }
    }
  }
}
