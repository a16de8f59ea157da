package io.flotilla.sink;

import org.jspecify.annotations.Nullable;

/** What waits, in its order, for one who takes it when he can. One thread takes; any thread may put something there or close it. */
public interface Shelf<T> extends AutoCloseable {

    /** The next thing; null when there is none for now. Who opened the shelf is told when that changes. */
    @Nullable
    T take();

    /** Whether nothing will come any more, and nothing is left. */
    boolean isOver();

    /** Things that were lost because they were not taken in time. */
    long lost();

    /** Nothing is wanted any more. */
    @Override
    void close();
}
