package io.flotilla.sink;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Lines on their way to a target: bytes, where each line ends, and how much of it the target has taken. Confined to a writer's
 * thread.
 */
final class Lines extends OutputStream {

    private static final int KEPT = 1024 * 1024;

    private byte[] bytes = new byte[64 * 1024];
    private int[] ends = new int[256];
    private int size;
    private int count;
    private int taken;
    private int linesTaken;

    // Filling.

    @Override
    public void write(int b) {
        room(1);
        bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(size, more), (int) Math.min(2L * bytes.length, 1 << 30)));
        }
    }

    /** What was written since the last line is a line; it ends in a line feed. */
    void endLine() {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = size;
    }

    /** Forgets what was written since the last line. */
    void dropUnended() {
        size = count == 0 ? 0 : ends[count - 1];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        count = 0;
        taken = 0;
        linesTaken = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[64 * 1024]; // one huge message should not be paid for ever
        }
    }

    // Taking.

    /** Whether the target has taken all of it. */
    boolean isEmpty() {
        return taken == size;
    }

    /** Where the last line ends that fits into so many bytes, with all before it; {@link #taken()} when not even one does. */
    int endWithin(long most) {
        long limit = taken + most;
        int end = taken;
        for (int line = linesTaken; line < count && ends[line] <= limit; line++) {
            end = ends[line];
        }
        return end;
    }

    /** Where the next line ends. */
    int nextEnd() {
        return ends[linesTaken];
    }

    int taken() {
        return taken;
    }

    int linesLeft() {
        return count - linesTaken;
    }

    /** A view of what was not taken, up to there. */
    ByteBuffer upTo(int end) {
        return ByteBuffer.wrap(bytes, taken, end - taken);
    }

    /** The target has everything up to there. */
    void take(int end) {
        taken = end;
        while (linesTaken < count && ends[linesTaken] <= end) {
            linesTaken++;
        }
    }
}
