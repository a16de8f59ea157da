package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A credential in an environment variable. It lasts as long as the process, so a refresh brings nothing new. */
public final class EnvironmentCredential implements CredentialProvider {

    private final String variable;
    private final UnaryOperator<@Nullable String> environment;

    public EnvironmentCredential(String variable) {
        this(variable, System::getenv);
    }

    EnvironmentCredential(String variable, UnaryOperator<@Nullable String> environment) {
        this.variable = variable;
        this.environment = environment;
    }

    @Override
    public CompletionStage<Secret> current() {
        String value = environment.apply(variable);
        return value == null || value.isEmpty()
                ? CompletableFuture.failedStage(
                        new CredentialUnavailable("environment variable [" + variable + "] is not set"))
                : CompletableFuture.completedStage(Secret.of(value));
    }
}
