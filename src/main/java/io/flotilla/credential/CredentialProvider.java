package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.util.concurrent.CompletionStage;

/** Gives the credential that a dial presents. Asked before each dial, and again for a repair. Must not block. */
@FunctionalInterface
public interface CredentialProvider {

    /** The credential of this moment; fails with anything when there is none to be had. */
    CompletionStage<Secret> current();
}
