package io.flotilla.sink;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What a {@link RollingFile} asks of a file system. A seam: a test has it fail wherever a disk can. */
interface Disk {

    /**
     * Opens a file to write, creating it and its folders where they are not there, and keeps other writers out.
     *
     * @throws IOException also when another sink or process writes that file
     */
    OpenFile open(Path path) throws IOException;

    /** Renames in one step. */
    void move(Path from, Path to) throws IOException;

    /** A file that is open. */
    interface OpenFile extends Closeable {

        boolean isOpen();

        /** Whether the path still leads to this file, and not nowhere or to another one. */
        boolean isAt(Path path);

        long size() throws IOException;

        /** Fills the buffer from that place on, or as far as the file goes. */
        void read(ByteBuffer into, long at) throws IOException;

        /** Writes some of the buffer, moving its position; a disk that gets full writes less, then throws. */
        int write(ByteBuffer from, long at) throws IOException;

        void truncate(long size) throws IOException;

        /** Returns when the bytes are on the device. */
        void force() throws IOException;
    }
}
