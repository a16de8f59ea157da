package io.flotilla;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Pekko's test kit for the tests of one class, a new one each time they run; its probes wait as long as a slow machine may need. */
public final class Actors implements BeforeAllCallback, AfterAllCallback {

    private static final Config PATIENCE = ConfigFactory.parseString(String.format(
            "pekko.actor.testkit.typed { single-expect-default = %1$s, default-timeout = %1$s }",
            Waiting.PATIENCE.toSeconds() + "s"));

    private final Config time;
    private @Nullable ActorTestKit kit;

    private Actors(Config time) {
        this.time = time;
    }

    public static Actors inRealTime() {
        return new Actors(ConfigFactory.empty());
    }

    public static Actors onManualTime() {
        return new Actors(ManualTime.config());
    }

    public ActorTestKit kit() {
        return Objects.requireNonNull(kit);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        kit = ActorTestKit.create(time.withFallback(PATIENCE));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        kit().shutdownTestKit();
    }
}
