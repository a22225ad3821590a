#!/bin/sh
# Stands for your own script: codexreport deploys nothing, it records what yours did.
echo "deploy $*: the sample deploys nothing."
