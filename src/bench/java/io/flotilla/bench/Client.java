package io.flotilla.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** One client process: {@code Client flotilla|netty flood|idle|dial CONNECTIONS PORT}; prints its figures on the last line. */
public final class Client {

    private static final long WARM_UP_MILLIS = 6_000;
    private static final long MEASURED_MILLIS = 8_000;

    /** A client library under test. */
    interface Subject extends AutoCloseable {
        /** Dials so many connections to this path and returns when all are open. */
        void open(int connections, int port, String path) throws InterruptedException;

        /** Ends all of them and returns when they are gone. */
        void closeAll() throws InterruptedException;

        long messages();

        @Override
        void close();
    }

    private Client() {}

    public static void main(String[] arguments) throws Exception {
        Subject subject = arguments[0].equals("flotilla") ? new FlotillaSubject() : new NettySubject();
        int connections = Integer.parseInt(arguments[2]);
        int port = Integer.parseInt(arguments[3]);
        try (subject) {
            switch (arguments[1]) {
                case "flood" -> flood(subject, connections, port);
                case "idle" -> idle(subject, connections, port);
                default -> dial(subject, connections, port);
            }
        }
        System.exit(0);
    }

    /** Microseconds of this process's CPU for each message received. */
    private static void flood(Subject subject, int connections, int port) throws InterruptedException {
        subject.open(connections, port, "/flood");
        Thread.sleep(WARM_UP_MILLIS);
        long messages = subject.messages();
        long cpu = cpuNanos();
        Thread.sleep(MEASURED_MILLIS);
        long received = subject.messages() - messages;
        long spent = cpuNanos() - cpu;
        System.out.printf(Locale.ROOT, "%.4f %d%n", spent / 1000.0 / received, received);
    }

    /** Kilobytes of heap for each connection, after a collection, and the threads there are. */
    private static void idle(Subject subject, int connections, int port) throws InterruptedException {
        subject.open(10, port, "/first"); // what is loaded once is not for each connection
        long before = usedHeap();
        subject.open(connections, port, "/idle");
        Thread.sleep(3_000);
        double each = (usedHeap() - before) / 1024.0 / connections;
        System.out.printf(
                Locale.ROOT,
                "%.3f %d%n",
                each,
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /** Connections opened a second, from the first dial to the last one open, by a process that did so before. */
    private static void dial(Subject subject, int connections, int port) throws InterruptedException {
        for (int warm = 0; warm < 2; warm++) {
            subject.open(connections, port, "/idle");
            subject.closeAll();
        }
        long start = System.nanoTime();
        subject.open(connections, port, "/idle");
        System.out.printf(Locale.ROOT, "%.0f%n", connections * 1e9 / (System.nanoTime() - start));
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(300);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
