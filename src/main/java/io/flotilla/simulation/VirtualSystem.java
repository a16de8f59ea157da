package io.flotilla.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import scala.concurrent.ExecutionContext;

/**
 * An actor system without a thread: whoever calls {@link #runUntil} does what its actors have to do, in the order in which it came
 * up, and moves the time on when there is nothing left to do. Belongs to one thread.
 */
final class VirtualSystem implements AutoCloseable {

    private static final Config SETTINGS =
            ConfigFactory.parseString("""
            pekko {
              scheduler.implementation = "io.flotilla.simulation.VirtualScheduler"
              # Everything runs where the tasks are queued that come from the default dispatcher.
              actor.internal-dispatcher = "pekko.actor.default-dispatcher"
              # Those of streams wait for an actor while the system starts, which nobody would run.
              library-extensions = ["org.apache.pekko.serialization.SerializationExtension$"]
              # This logger needs no actor and no thread; what our own classes say goes to the log as ever.
              use-slf4j = off
              loggers = ["org.apache.pekko.event.Logging$StandardOutLogger"]
              loglevel = ERROR
              stdout-loglevel = ERROR
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              jvm-exit-on-fatal-error = off
              jvm-shutdown-hooks = off
              coordinated-shutdown.run-by-jvm-shutdown-hook = off
              coordinated-shutdown.run-by-actor-system-terminate = off
            }
            """).withFallback(ConfigFactory.load(VirtualSystem.class.getClassLoader()));

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ActorSystem system;
    private final VirtualTime time;

    VirtualSystem() {
        system = ActorSystem.create(
                "simulation",
                BootstrapSetup.create(SETTINGS).withDefaultExecutionContext(ExecutionContext.fromExecutor(tasks::add)));
        time = ((VirtualScheduler) system.scheduler()).time();
    }

    VirtualTime time() {
        return time;
    }

    <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return Adapter.spawn(system, behavior, name);
    }

    /** Does everything that is due up to that moment, in nanoseconds since the start. */
    void runUntil(long moment) {
        do {
            work();
        } while (time.ringNext(moment));
        work();
    }

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Ends every actor. */
    @Override
    public void close() {
        CompletableFuture<?> ended = system.getWhenTerminated().toCompletableFuture();
        system.terminate();
        work();
        while (!ended.isDone()) {
            if (!time.ringNext(Long.MAX_VALUE)) {
                throw new IllegalStateException("The actors of a simulation did not end, and nothing is left to do");
            }
            work();
        }
    }
}
