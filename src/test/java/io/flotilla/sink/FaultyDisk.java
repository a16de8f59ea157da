package io.flotilla.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A real disk that fails where it is told to; only the thread that writes to it counts. */
@SuppressWarnings("NonAtomicVolatileUpdate")
final class FaultyDisk implements Disk {

    static final String FULL = "No space left on device";

    /** Bytes that still fit; a write that does not fit writes what does. */
    volatile long room = Long.MAX_VALUE;

    /** Failures after which there is room for everything. */
    volatile int failures = Integer.MAX_VALUE;

    volatile int truncateFails;
    volatile int forceFails;
    volatile int moveFails;
    volatile int openFails;

    /** A failed write loses its channel, as an interrupt does. */
    volatile boolean losesChannel;

    /** A failed write ends the process. */
    volatile boolean dies;

    volatile int writesFailed;
    volatile int forced;

    /** What {@code dies} throws: no IOException, nobody gets over it. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        if (openFails > 0) {
            openFails--;
            throw new IOException("Too many open files");
        }
        return new Faulty(RealDisk.INSTANCE.open(path));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        if (moveFails > 0) {
            moveFails--;
            throw new IOException("Permission denied");
        }
        RealDisk.INSTANCE.move(from, to);
    }

    private final class Faulty implements OpenFile {
        private final OpenFile real;

        Faulty(OpenFile real) {
            this.real = real;
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            if (room >= from.remaining()) {
                room -= from.remaining();
                return real.write(from, at);
            }
            if (room > 0) {
                ByteBuffer some = from.slice().limit((int) room);
                int written = real.write(some, at);
                from.position(from.position() + written);
                room -= written;
                return written;
            }
            writesFailed++;
            failures--;
            if (failures <= 0) {
                room = Long.MAX_VALUE;
            }
            if (losesChannel || dies) {
                real.close();
            }
            if (dies) {
                throw new Died();
            }
            throw new IOException(FULL);
        }

        @Override
        public void truncate(long size) throws IOException {
            if (truncateFails > 0) {
                truncateFails--;
                throw new IOException("Input/output error");
            }
            real.truncate(size);
        }

        @Override
        public void force() throws IOException {
            if (forceFails > 0) {
                forceFails--;
                throw new IOException("Input/output error");
            }
            forced++; // and not the real one: some disks take their time
        }

        @Override
        public boolean isOpen() {
            return real.isOpen();
        }

        @Override
        public boolean isAt(Path path) {
            return real.isAt(path);
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public void read(ByteBuffer into, long at) throws IOException {
            real.read(into, at);
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }
}
