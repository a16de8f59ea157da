package io.flotilla.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file system of the JVM. */
enum RealDisk implements Disk {
    INSTANCE;

    private static final Logger LOG = LoggerFactory.getLogger(RealDisk.class);

    @Override
    public OpenFile open(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, path);
            return new OfChannel(channel, keyOf(path));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Two writers would overwrite each other's lines. */
    private static void lock(FileChannel channel, Path path) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            throw new IOException("another sink writes to it", e);
        } catch (IOException unsupported) {
            LOG.warn(
                    "File {} cannot be locked: {}; take care that no one else writes to it",
                    path,
                    unsupported.getMessage());
            locked = true;
        }
        if (!locked) {
            throw new IOException("another process writes to it");
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private record OfChannel(FileChannel channel, @Nullable Object key) implements OpenFile {

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public boolean isAt(Path path) {
            try {
                return key == null ? Files.exists(path) : key.equals(keyOf(path));
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer into, long at) throws IOException {
            long from = at;
            int read;
            while (into.hasRemaining() && (read = channel.read(into, from)) > 0) {
                from += read;
            }
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            return channel.write(from, at);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
