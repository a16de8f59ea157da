package io.flotilla.testkit;

import io.netty.pkitesting.X509Bundle;

/**
 * A client certificate and its key, for harbours that ask for one.
 *
 * @param certificatePem its chain
 * @param keyPem its private key, PKCS 8, not encrypted
 */
public record ClientIdentity(String certificatePem, String keyPem) {

    /** Issued by the authority that a harbour trusts. */
    public static ClientIdentity trusted(String name) {
        return of(Certificates.client(name, true));
    }

    /** Issued by itself, so that no harbour trusts it. */
    public static ClientIdentity stranger(String name) {
        return of(Certificates.client(name, false));
    }

    private static ClientIdentity of(X509Bundle bundle) {
        return new ClientIdentity(bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
    }

    @Override
    public String toString() {
        return "client identity";
    }
}
