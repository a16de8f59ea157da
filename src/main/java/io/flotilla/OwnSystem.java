package io.flotilla;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** What an actor system of our own is like: it never ends the process it lives in, and keeps quiet. */
final class OwnSystem {

    private OwnSystem() {}

    static Config config() {
        return ConfigFactory.parseString("""
                        pekko {
                          jvm-exit-on-fatal-error = off
                          jvm-shutdown-hooks = off
                          coordinated-shutdown.run-by-jvm-shutdown-hook = off
                          loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
                          logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
                          loglevel = WARNING
                          log-dead-letters = off
                          log-dead-letters-during-shutdown = off
                          daemonic = on
                        }
                        """)
                .withFallback(ConfigFactory.defaultReference(OwnSystem.class.getClassLoader()))
                .resolve();
    }
}
