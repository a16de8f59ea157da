package io.flotilla.spec.tls;

import io.flotilla.spec.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where our own certificate and its key are. Connections with an equal one share what is made of it. */
public sealed interface ClientKey {

    /**
     * Files in PEM. Both may be one file.
     *
     * @param certificate our certificate and those between it and its authority
     * @param key the private key: PKCS#8, encrypted or not, or the older forms of RSA and EC keys, not encrypted
     * @param password of the key, where it is encrypted
     */
    record Pem(Path certificate, Path key, Optional<Secret> password) implements ClientKey {
        @Override
        public List<Path> files() {
            return certificate.equals(key) ? List.of(key) : List.of(certificate, key);
        }

        @Override
        public KeyMaterial read(List<byte[]> contents) throws Unusable {
            return KeyMaterial.pem(contents.get(0), contents.get(contents.size() - 1), password);
        }
    }

    /** A PKCS#12 file with exactly one key and its certificates. */
    record Pkcs12(Path file, Optional<Secret> password) implements ClientKey {
        @Override
        public List<Path> files() {
            return List.of(file);
        }

        @Override
        public KeyMaterial read(List<byte[]> contents) throws Unusable {
            return KeyMaterial.pkcs12(contents.get(0), password);
        }
    }

    /** A name from {@code flotilla.tls-keys}; stands in a spec only until the configuration is read. */
    record Named(String name) implements ClientKey {
        @Override
        public List<Path> files() {
            return List.of();
        }

        @Override
        public KeyMaterial read(List<byte[]> contents) throws Unusable {
            throw new Unusable("is a name [" + name + "] that was not looked up");
        }
    }

    static ClientKey pem(Path certificate, Path key) {
        return new Pem(certificate, key, Optional.empty());
    }

    static ClientKey pem(Path certificate, Path key, Secret password) {
        return new Pem(certificate, key, Optional.of(password));
    }

    static ClientKey pkcs12(Path file, Secret password) {
        return new Pkcs12(file, Optional.of(password));
    }

    /** The files to read, in the order that {@link #read} wants their contents. */
    List<Path> files();

    /**
     * Makes a key of what was in the files.
     *
     * @throws Unusable says why it cannot be used
     */
    KeyMaterial read(List<byte[]> contents) throws Unusable;
}
