import collections, sys
sys.path.insert(0,'/work/main')
import tests.flows.test_contacts_always as t
from pathlib import Path
C=collections.Counter()
orig=t.Days.act
def act(self, command, *a, **k):
    r=orig(self, command,*a,**k)
    C[command.__name__+("+" if r is not None else "-")]+=1
    return r
t.Days.act=act
def test_it(empty_sqlite):
    try: t.play(empty_sqlite, 120, 50)
    finally: print(C, file=open('/tmp/soakcount.txt','w'))
