from importlib.metadata import version

import itsdangerous


def main():
    signed = itsdangerous.Signer("key").sign("hello from Python")
    print(itsdangerous.Signer("key").unsign(signed).decode(), "with itsdangerous", version("itsdangerous"))
